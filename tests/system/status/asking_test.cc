#include <doctest/doctest.h>

#include <csignal>

#include "support/temp_dir.h"
#include "system/status/setup.h"

namespace weir::status {

namespace {

const std::string kConfig = "listen: \"127.0.0.1:0\"\nupstreams: {app: [\"127.0.0.1:9\"]}\n";

}  // namespace

TEST_CASE("the running weir is found by the admin key, also on a unix socket") {
  // Over TCP first: WeirProcess itself asks there.
  WeirProcess weir(kConfig);
  CHECK(weir_status(asking_file(weir)).out.starts_with("weir "));

  support::TempDir dir;
  std::string file = dir.write(
      "weir.yaml", kConfig + "workers: 1\nadmin: \"unix:" + dir.path("admin.sock") + "\"\n");
  support::Product other("weir", {"-c", file});
  other.wait_err_line("weir: listening on ");
  support::wait_until("it is ready", [&] { return weir_status(file, {"-q"}).status == 0; });
  Run run = weir_status(file);
  CHECK(run.status == 0);
  CHECK(has(run.out, ", pid " + std::to_string(other.pid()) + ","));
  CHECK(run.err == "");
}

TEST_CASE("--json is what the admin listener says, and --quiet says nothing") {
  WeirProcess weir(kConfig);
  std::string file = asking_file(weir);
  Run run = weir_status(file, {"--json"});
  CHECK(run.status == 0);
  auto answer = RawClient(weir.admin()).get("/api/v1/status");
  CHECK(answer.fields.value("Content-Type") == "application/json");
  CHECK(Json::parse(run.out)["pid"] == Json::parse(answer.body)["pid"]);
  CHECK(run.out.ends_with("}\n"));
  run = weir_status(file, {"--quiet"});
  CHECK(run.status == 0);
  CHECK(run.out == "");
  CHECK(run.err == "");
}

TEST_CASE("a file is given no colours") {
  WeirProcess weir(kConfig);
  CHECK_FALSE(has(weir_status(asking_file(weir)).out, "\033"));
}

TEST_CASE("a terminal is given colours, unless NO_COLOR says otherwise") {
  WeirProcess weir(kConfig);
  std::string command = support::product_path("weir") + " status -c " + asking_file(weir);
  auto on_terminal = [&](const std::string& environment) {
    support::Process script({"script", "-qec", command, "/dev/null"}, {environment});
    CHECK(script.wait() == 0);
    return script.out();
  };
  CHECK(has(on_terminal("NO_COLOR="), "\033[32mup\033[0m"));
  CHECK_FALSE(has(on_terminal("NO_COLOR=1"), "\033"));
}

TEST_CASE("a weir that drains is told, and is not ready") {
  BackendProcess backend;
  WeirProcess weir("listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + backend.address() +
                   "\"]}\ntimeouts: {drain_delay: 1h}\n");
  std::string file = asking_file(weir);
  weir.process().signal(SIGQUIT);
  support::wait_until("it drains", [&] { return weir_status(file, {"-q"}).status == 1; });
  Run run = weir_status(file);
  CHECK(run.status == 1);
  CHECK(has(run.out, " is draining: up for "));
}

TEST_CASE("where it cannot ask it says why, and what to do") {
  support::TempDir dir;
  support::RefusingPort refusing;
  struct Case {
    std::string admin;
    std::string told;
  };
  for (const Case& one : {Case{"", "has no admin: add 'admin: 9900'"},
                          Case{"admin: 0\n", "on a port that the kernel picks: write one"},
                          Case{"admin: \"" + refusing.address() + "\"\n",
                               refusing.address() + ": nobody listens there"},
                          Case{"admin: \"unix:" + dir.path("none.sock") + "\"\n",
                               "none.sock: nobody listens there"}}) {
    CAPTURE(one.told);
    Run run = weir_status(dir.write("weir.yaml", kConfig + one.admin));
    CHECK(run.status == 1);
    CHECK(run.err.starts_with("weir: "));
    CHECK(has(run.err, one.told));
    CHECK(run.out == "");
  }
}

TEST_CASE("who listens there and is no weir is told") {
  support::TempDir dir;
  auto told_by = [&](const support::FakeOrigin& origin) {
    Run run =
        weir_status(dir.write("weir.yaml", kConfig + "admin: \"" + origin.address() + "\"\n"));
    CHECK(run.status == 1);
    CHECK(run.out == "");
    return run.err;
  };
  auto answering = [](const std::string& bytes) { return support::FakeOrigin::answering(bytes); };
  support::FakeOrigin other(answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
  CHECK(has(told_by(other), "(admin) answers 404: is it this weir that runs there?"));
  support::FakeOrigin page(answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
  CHECK(has(told_by(page), "none that this weir understands"));
  support::FakeOrigin cut([](support::Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
  });
  CHECK(has(told_by(cut), "the answer broke off"));
  support::FakeOrigin noise(answering("SSH-2.0-OpenSSH\r\n\r\n"));
  CHECK(has(told_by(noise), "the answer is not HTTP"));
}

}  // namespace weir::status
