#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <future>
#include <string>

#include "system/reload/setup.h"

namespace weir::reload {

namespace {

constexpr const char* kOne = "routes: [{respond: {status: 200, body: one}}]\n";
constexpr const char* kTwo = "routes: [{respond: {status: 200, body: two}}]\n";

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("HUP takes up the file as it is now, also for connections that are open") {
  WeirProcess weir(config(kOne));
  RawClient client(weir.address());
  CHECK(client.get("/").body == "one");
  CHECK(contains(weir.reload(config(kTwo)), "[info] HUP: serving "));
  CHECK(client.get("/").body == "two");
  CHECK(RawClient(weir.address()).get("/").body == "two");
  CHECK(weir.metric("weir_config_generation") == 2);
  CHECK(weir.metric("weir_config_reloads_total{result=\"success\"}") == 1);
  CHECK(weir.metric("weir_config_last_reload_success_timestamp_seconds") > 1.7e9);
  CHECK(weir.metric("weir_connections_accepted_total") == 2);
}

TEST_CASE("a bad file changes nothing, and weir says where it is wrong") {
  WeirProcess weir(config(kOne));
  std::string said = weir.reload(config("routs: []\n" + std::string(kTwo)));
  CHECK(contains(said, "[error] HUP: "));
  weir.process().wait_err_line("weir.yaml:2:1: error: unknown key 'routs'");
  weir.process().wait_err_line("did you mean 'routes'?");
  CHECK(RawClient(weir.address()).get("/").body == "one");
  CHECK(weir.metric("weir_config_reloads_total{result=\"failure\"}") == 1);
  CHECK(weir.metric("weir_config_generation") == 1);
  CHECK(contains(weir.reload(config(kTwo)), "HUP: serving"));
  CHECK(RawClient(weir.address()).get("/").body == "two");
}

TEST_CASE("a listener that cannot be bound changes nothing") {
  WeirProcess other(config(kOne));
  WeirProcess weir(config(kOne));
  std::string said = weir.reload(config(kTwo, {"127.0.0.1:0", other.address()}));
  weir.process().wait_err_line(other.address() + " is in use");
  CHECK(RawClient(weir.address()).get("/").body == "one");
  CHECK(RawClient(other.address()).get("/").body == "one");
}

TEST_CASE("a request that is under way ends as it began, though its route is no more") {
  FakeOrigin origin([](Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf");
    if (!connection.another()) return;
  });
  // A name that the connection keeps until the test says so.
  WeirProcess weir(config(app({origin.address()})));
  RawClient client(weir.address());
  client.send(get("/"));
  CHECK(contains(client.read_until("half"), "200 OK"));
  weir.reload(config(kTwo));
  CHECK(RawClient(weir.address()).get("/").body == "two");
  CHECK(weir.metric("weir_http_requests_total{code=\"200\"}") >= 1);
  // The old pool goes with its last request: here it is cut by its backend.
  client.shut_down();
  weir.process().signal(SIGTERM);
  CHECK(weir.process().wait() == 0);
}

TEST_CASE("a request that is under way keeps its timeouts; the next one meets the new ones") {
  std::promise<void> hint;
  std::promise<void> answer;
  FakeOrigin origin([&](Connection& connection) {
    connection.request();
    if (connection.number() > 0) return void(connection.read_to_end());
    hint.get_future().wait_for(support::kPatience);
    // Its deadline is set anew by this.
    connection.send("HTTP/1.1 103 Early Hints\r\n\r\n");
    answer.get_future().wait_for(support::kPatience);
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  auto with_first_byte = [&](const std::string& time) {
    return config(app({origin.address()}, ", timeouts: {first_byte: " + time + "}"));
  };
  WeirProcess weir(with_first_byte("60s"));
  RawClient before(weir.address());
  before.send(get("/"));
  origin.wait_requests(1);
  weir.reload(with_first_byte("50ms"));
  hint.set_value();
  CHECK(contains(before.read_until("\r\n\r\n"), " 103 "));
  CHECK(RawClient(weir.address()).get("/").status() == 504);
  answer.set_value();
  CHECK(before.response().body == "ok");
  CHECK(weir.metric("weir_timeouts_total") == 1);
}

TEST_CASE("an answer that streams over a reload comes whole") {
  BackendProcess backend;
  WeirProcess weir(config(app({backend.address()})));
  RawClient client(weir.address());
  client.send(get("/drip?count=10&ms=50"));
  Message head = support::read_response_head(client);
  CHECK(head.status() == 200);
  for (int i = 0; i < 3; ++i) weir.reload(config(i % 2 == 0 ? kTwo : kOne));
  std::string rest = client.read_until("0\r\n\r\n");
  CHECK(!rest.empty());
  CHECK(client.get("/").body == "two");
}

TEST_CASE(
    "endpoints that stay keep their connections and counters; those that leave are let go of") {
  FakeOrigin stays(FakeOrigin::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  FakeOrigin leaves(FakeOrigin::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  WeirProcess weir(config(app({stays.address(), leaves.address()})));
  RawClient client(weir.address());
  for (int i = 0; i < 4; ++i) CHECK(client.get("/").status() == 200);
  CHECK(stays.connections() == 1);
  CHECK(leaves.connections() == 1);
  weir.reload(config(app({stays.address()}, ", max_fails: 7")));
  leaves.wait_ended(1);
  for (int i = 0; i < 4; ++i) CHECK(client.get("/").status() == 200);
  CHECK(stays.connections() == 1);
  CHECK(leaves.requests().size() == 2);
  CHECK(weir.metric("weir_upstream_requests_total{endpoint=\"" + stays.address() + "\"}") == 6);
  CHECK(weir.metric("weir_http_requests_total{code=\"200\"}") == 8);
}

TEST_CASE("what only a restart can change is told, and the rest is taken up") {
  WeirProcess weir(config(kOne) + "pid_file: one.pid\n");
  std::string said = weir.reload(config(kTwo) + "workers: 2\npid_file: two.pid\n");
  CHECK(contains(said, "[warn] HUP: a changed 'workers' is taken up by a restart only"));
  CHECK(contains(said, "[warn] HUP: a changed 'pid_file' is taken up by a restart only"));
  CHECK(RawClient(weir.address()).get("/").body == "two");
}

TEST_CASE("the pid file that a start has written is the one that goes, whatever a reload says") {
  WeirProcess weir(config(kOne) + "pid_file: one.pid\n");
  weir.dir().write("two.pid", "1\n");
  weir.reload(config(kTwo) + "pid_file: two.pid\n");
  weir.reload(config(kTwo) + "pid_file: one.pid\n");
  std::string said = weir.reload(config(kTwo) + "pid_file: two.pid\n");
  CHECK(contains(said, "a changed 'pid_file'"));
  CHECK(weir.process().stop() == 0);
  CHECK(!std::filesystem::exists(weir.dir().path("one.pid")));
  CHECK(support::read_whole_file(weir.dir().path("two.pid")) == "1\n");
}

TEST_CASE("the access log can be switched on, moved and switched off") {
  WeirProcess weir(config(kOne) + "access_log: off\n");
  RawClient client(weir.address());
  client.get("/first");
  weir.reload(config(kOne) + "access_log: {path: one.log, flush: 10ms}\n");
  client.get("/second");
  weir.reload(config(kOne) + "access_log: {path: two.log, flush: 10ms}\n");
  client.get("/third");
  weir.reload(config(kOne) + "access_log: off\n");
  client.get("/fourth");
  std::string one = support::read_whole_file(weir.dir().path("one.log"));
  std::string two = support::read_whole_file(weir.dir().path("two.log"));
  CHECK(!contains(one, "/first"));
  CHECK(contains(one, "/second"));
  CHECK(!contains(one, "/third"));
  CHECK(contains(two, "/third"));
  CHECK(!contains(two, "/fourth"));
}

TEST_CASE("weir reload does it through the pid file, and does not send a bad file") {
  WeirProcess weir(config(kOne) + "pid_file: weir.pid\n");
  std::string file = weir.dir().path("weir.yaml");
  std::string text = support::read_whole_file(file);
  text.replace(text.find("one}"), 3, "two");
  weir.dir().write("weir.yaml", text);
  support::Product reload("weir", {"reload", "-c", file});
  CHECK(reload.wait() == 0);
  weir.process().wait_err_line("HUP: serving");
  CHECK(RawClient(weir.address()).get("/").body == "two");
  weir.dir().write("weir.yaml", "listen: nowhere\npid_file: weir.pid\n" + std::string(kTwo));
  support::Process bad({support::product_path("weir"), "-s", "reload", "-c", file});
  CHECK(bad.wait() == 3);
  CHECK(contains(bad.err(), "weir.yaml:1:9: error: "));
  CHECK(weir.metric("weir_config_reloads_total{result=\"failure\"}") == 0);
}

}  // namespace weir::reload
