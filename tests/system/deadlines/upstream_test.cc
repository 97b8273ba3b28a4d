#include <doctest/doctest.h>

#include <future>

#include "system/deadlines/setup.h"

namespace weir::deadlines {

TEST_CASE("connect: a backend that cannot be reached in time is 504") {
  SilentPort silent;
  WeirProcess weir(upstream_config(silent.address(), "connect"));
  RawClient client(weir.address());
  Stopwatch watch;
  CHECK(client.get("/a").status() == 504);
  CHECK(watch.passed_deadline());
  check_counted(weir, "upstream_connect");
  // The client's connection is well.
  CHECK(client.get("/a").status() == 504);
  CHECK(weir.metric("weir_upstream_failures_total{reason=\"connect_timeout\"}") == 2);
}

TEST_CASE("first_byte: a backend that does not begin its answer in time is 504") {
  FakeOrigin origin(FakeOrigin::hanging());
  WeirProcess weir(upstream_config(origin.address(), "first_byte"));
  RawClient client(weir.address());
  Stopwatch watch;
  CHECK(client.ask("POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody").status() ==
        504);
  CHECK(watch.passed_deadline());
  check_counted(weir, "upstream_first_byte");
  CHECK(weir.metric("weir_upstream_failures_total{reason=\"timeout\"}") == 1);
  // The backend sees that nobody waits any more.
  origin.wait_ended(1);
}

TEST_CASE("per_try_timeout: a backend that does not begin its answer in time is 504") {
  FakeOrigin origin(FakeOrigin::hanging());
  WeirProcess weir(
      config_to(origin.address(), "retry: {per_try_timeout: " + std::string(kText) + "}"));
  RawClient client(weir.address());
  Stopwatch watch;
  CHECK(client.ask("POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody").status() ==
        504);
  CHECK(watch.passed_deadline());
  check_counted(weir, "upstream_try");
  CHECK(weir.metric("weir_upstream_failures_total{reason=\"timeout\"}") == 1);
  origin.wait_ended(1);
}

TEST_CASE("first_byte: counts from the last byte of the request") {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address(), "timeouts: {first_byte: 600ms}"));
  RawClient client(weir.address());
  client.send("POST /drain HTTP/1.1\r\nHost: test\r\nContent-Length: 20\r\n\r\n");
  for (int i = 0; i < 20; ++i) {
    CHECK_FALSE(client.readable(Milliseconds(50)));
    client.send("b");
  }
  CHECK(client.response().status() == 200);
  CHECK(weir.metric("weir_timeouts_total") == 0);
}

TEST_CASE("read: an answer that stops is cut") {
  FakeOrigin origin([](Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    connection.read_to_end();
  });
  WeirProcess weir(upstream_config(origin.address(), "read"));
  RawClient client(weir.address());
  Stopwatch watch;
  Message answer = client.get("/a");
  CHECK(answer.status() == 200);
  CHECK(answer.body == "half");
  CHECK_FALSE(answer.complete);
  CHECK(watch.passed_deadline());
  check_counted(weir, "upstream_read");
  origin.wait_ended(1);
  weir.process().wait_err_line("timeouts.read (150ms) passed without a byte");
}

TEST_CASE("read: the deadline moves with each advance of the answer") {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address(), "timeouts: {read: 600ms}"));
  RawClient client(weir.address());
  Message answer = client.get("/drip?count=20&ms=50&size=10");
  CHECK(answer.status() == 200);
  CHECK(answer.complete);
  CHECK(answer.body.size() == 200);
  CHECK(weir.metric("weir_timeouts_total") == 0);
}

TEST_CASE("read: does not count while it is the client who takes nothing") {
  BackendProcess backend;
  WeirProcess weir(upstream_config(backend.address(), "read"));
  RawClient client(weir.address(), 4096);
  client.send("GET /bytes/20000000 HTTP/1.1\r\nHost: test\r\n\r\n");
  Message answer = support::read_response_head(client);
  CHECK(answer.status() == 200);
  // Nothing is taken for much longer than the deadline; what shows that is the clock alone.
  Stopwatch watch;
  support::wait_until("time to pass", [&] { return watch.passed() > 3 * kTime; });
  CHECK(client.discard(20'000'000) == 20'000'000);
  CHECK(weir.metric("weir_timeouts_total") == 0);
}

TEST_CASE("write: a backend that takes nothing of the request is 504") {
  std::promise<void> seen;
  auto until_seen = seen.get_future().share();
  FakeOrigin origin(
      [until_seen](Connection& connection) {
        // Reads no more than the head, and stays.
        connection.request_head();
        until_seen.wait_for(support::kPatience);
      },
      "127.0.0.1:0", 4096);
  WeirProcess weir(upstream_config(origin.address(), "write"));
  RawClient client(weir.address());
  Stopwatch watch;
  std::string body(8 << 20, 'b');
  client.try_send("POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\n\r\n" + body);
  CHECK(client.response().status() == 504);
  CHECK(watch.passed_deadline());
  check_counted(weir, "upstream_write");
  seen.set_value();
}

TEST_CASE("route timeout: an answer that does not begin in time is 504, retries included") {
  FakeOrigin one(FakeOrigin::hanging());
  WeirProcess weir(config_to(one.address(), "max_fails: 3",
                             "routes: [{name: quick, path: /, upstream: app, timeout: 150ms}]\n"));
  RawClient client(weir.address());
  Stopwatch watch;
  CHECK(client.get("/a").status() == 504);
  CHECK(watch.passed_deadline());
  check_counted(weir, "route");
  CHECK(weir.metric("weir_http_requests_rejected_total{reason=\"route_timeout\"}") == 1);
  weir.process().wait_err_line("504: timeout of route 'quick' passed before the answer's head");
  one.wait_ended(1);
}

TEST_CASE("route timeout: does not touch an answer that has begun") {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address(), "max_fails: 3",
                             "routes: [{path: /, upstream: app, timeout: 300ms}]\n"));
  RawClient client(weir.address());
  Message answer = client.get("/drip?count=12&ms=50&size=10");
  CHECK(answer.status() == 200);
  CHECK(answer.complete);
  CHECK(weir.metric("weir_timeouts_total") == 0);
}

}  // namespace weir::deadlines
