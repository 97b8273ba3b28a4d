#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "system/stop/setup.h"

namespace weir::stop {

namespace {

const std::string kNowhere = "127.0.0.1:9";

// Runs weir with a file that it cannot start with; what it said.
std::string said_by_failing(const std::string& config) {
  TempDir dir;
  auto file = dir.write("weir.yaml", config + "access_log: off\nworkers: 2\n");
  support::Process weir({support::product_path("weir"), "-c", file});
  CHECK(weir.wait() == 1);
  std::string said = weir.err();
  CHECK(said.find("Sanitizer") == std::string::npos);
  return said;
}

std::string name_of_this_process() {
  std::string name = support::read_whole_file("/proc/self/comm");
  return name.substr(0, name.find('\n'));
}

}  // namespace

TEST_CASE("a port in use is told with the pid and the name of who has it: another weir") {
  BackendProcess backend;
  WeirProcess first(config_to(backend.address()));
  std::string said = said_by_failing(config_on(in_quotes(first.address()), backend.address()));
  std::string pid = std::to_string(first.process().pid());
  CHECK(said.find("weir: " + first.address() + " is in use by pid " + pid + " (weir)") !=
        std::string::npos);
  // The other one took no connection away.
  for (int i = 0; i < 20; ++i) CHECK(RawClient(first.address()).get("/").status() == 200);
}

TEST_CASE("a port in use is told with the pid and the name of who has it: somebody else") {
  FakeOrigin origin(FakeOrigin::hanging());
  std::string said = said_by_failing(config_on(in_quotes(origin.address()), kNowhere));
  CHECK(said.find("weir: " + origin.address() + " is in use by pid " + std::to_string(::getpid()) +
                  " (" + name_of_this_process() + ")") != std::string::npos);
}

TEST_CASE("the admin listener's port in use is told likewise") {
  FakeOrigin origin(FakeOrigin::hanging());
  std::string said =
      said_by_failing(config_to(kNowhere, "admin: {listen: \"" + origin.address() + "\"}\n"));
  CHECK(said.find(origin.address() + " is in use by pid ") != std::string::npos);
}

TEST_CASE("an address that this machine does not have is told") {
  std::string said = said_by_failing(config_on("\"192.0.2.1:8080\"", kNowhere));
  CHECK(said.find("cannot listen on 192.0.2.1:8080: this machine has no such address") !=
        std::string::npos);
}

TEST_CASE("weir starts again at once on a port of which it closed 100 connections itself") {
  BackendProcess backend;
  std::string address;
  {
    WeirProcess weir(
        config_to(backend.address(), "workers: 2\nlimits: {requests_per_connection: 1}\n"));
    address = weir.address();
    for (int i = 0; i < 100; ++i) {
      RawClient client(address);
      CHECK(client.get("/").fields.value("Connection") == "close");
      CHECK(client.read_to_end().empty());
      CHECK(client.end() == End::kFin);
    }
    CHECK(weir.process().stop() == 0);
  }
  WeirProcess again(config_on(in_quotes(address), backend.address()));
  CHECK(again.address() == address);
  CHECK(RawClient(address).get("/").status() == 200);
}

TEST_CASE("several listeners: IPv4, IPv6 and a unix socket serve the same routes") {
  BackendProcess backend;
  TempDir dir;
  std::string path = "unix:" + dir.path("weir.sock");
  WeirProcess weir(config_on("\"127.0.0.1:0\", \"127.0.0.2:0\", \"[::1]:0\", \"" + path + "\"",
                             backend.address(), "workers: 2\n"));
  for (std::size_t i = 0; i < 4; ++i) {
    CAPTURE(weir.address(i));
    for (int n = 0; n < 5; ++n) CHECK(RawClient(weir.address(i)).get("/").status() == 200);
    CHECK(weir.metric("weir_connections_accepted_total{listener=\"" + weir.address(i) + "\"}") ==
          5);
  }
  CHECK(weir.address(3) == path);
}

TEST_CASE("a port alone listens on all interfaces of both families") {
  BackendProcess backend;
  WeirProcess weir(config_on("\":0\"", backend.address()));
  std::string port = weir.address().substr(weir.address().rfind(':'));
  CHECK(RawClient("127.0.0.1" + port).get("/").status() == 200);
  CHECK(RawClient("[::1]" + port).get("/").status() == 200);
}

TEST_CASE("pid_file is written at the start and removed at the end") {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address(), "pid_file: run.pid\n"));
  std::string path = weir.dir().path("run.pid");
  CHECK(support::read_whole_file(path) == std::to_string(weir.process().pid()) + "\n");
  weir.process().signal(SIGQUIT);
  CHECK(weir.process().wait() == 0);
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a pid_file that cannot be written keeps weir from starting, and is told") {
  std::string said = said_by_failing(config_to(kNowhere, "pid_file: /nowhere/at/all/weir.pid\n"));
  CHECK(said.find("cannot write pid_file /nowhere/at/all/weir.pid: No such file or directory") !=
        std::string::npos);
}

TEST_CASE("weir stop and weir drain reach the running one through its pid_file") {
  BackendProcess backend;
  for (const std::string verb : {"stop", "drain"}) {
    CAPTURE(verb);
    WeirProcess weir(config_to(backend.address(), "pid_file: run.pid\n"));
    Product command("weir", {verb, "-c", weir.dir().path("weir.yaml")});
    CHECK(command.wait() == 0);
    CHECK(weir.process().wait() == 0);
  }
}

TEST_CASE("a unix socket that a killed weir left behind is taken over") {
  BackendProcess backend;
  TempDir dir;
  std::string path = "unix:" + dir.path("weir.sock");
  {
    WeirProcess weir(config_on(in_quotes(path), backend.address(), "workers: 2\n"));
    weir.process().kill();
  }
  CHECK(std::filesystem::exists(dir.path("weir.sock")));
  WeirProcess again(config_on(in_quotes(path), backend.address(), "workers: 2\n"));
  CHECK(RawClient(path).get("/").status() == 200);
}

TEST_CASE("the file of a unix socket is gone when weir has ended") {
  BackendProcess backend;
  TempDir dir;
  for (int number : {SIGTERM, SIGQUIT}) {
    CAPTURE(number);
    WeirProcess weir(config_on("\"unix:" + dir.path("weir.sock") + "\"", backend.address()));
    CHECK(RawClient(weir.address()).get("/").status() == 200);
    weir.process().signal(number);
    CHECK(weir.process().wait() == 0);
    CHECK_FALSE(std::filesystem::exists(dir.path("weir.sock")));
  }
}

TEST_CASE("a unix socket that a weir answers on is in use, and is left alone") {
  BackendProcess backend;
  TempDir dir;
  std::string path = "unix:" + dir.path("weir.sock");
  WeirProcess weir(config_on(in_quotes(path), backend.address()));
  std::string said = said_by_failing(config_on(in_quotes(path), backend.address()));
  CHECK(said.find("weir: " + path + " is in use") != std::string::npos);
  CHECK(RawClient(path).get("/").status() == 200);
}

TEST_CASE("a file that is no socket is not overwritten by a unix listener") {
  TempDir dir;
  std::string file = dir.write("precious", "text");
  std::string said = said_by_failing(config_on("\"unix:" + file + "\"", kNowhere));
  CHECK(said.find("precious") != std::string::npos);
  CHECK(support::read_whole_file(file) == "text");
}

}  // namespace weir::stop
