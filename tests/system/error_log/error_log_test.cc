// The error log: what is told, where, and how often.

#include <doctest/doctest.h>
#include <signal.h>

#include <atomic>
#include <filesystem>
#include <string>

#include "support/backend_process.h"
#include "support/dead_port.h"
#include "support/fake_origin.h"
#include "support/product.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::error_log {

namespace {

using support::FakeOrigin;
using support::RawClient;
using support::RefusingPort;
using support::wait_until;
using support::WeirProcess;

std::string config_of(const std::string& address, const std::string& more) {
  return "listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + address +
         "\"]}\nroutes: [{path: /app, upstream: app}]\n" + more;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::string file_of(const WeirProcess& weir, const std::string& name) {
  std::string path = weir.dir().path(name);
  return std::filesystem::exists(path) ? support::read_whole_file(path) : std::string();
}

}  // namespace

TEST_CASE("what matters less than the level is left out") {
  RefusingPort refusing;
  for (std::string level : {"info", "warn", "error"}) {
    CAPTURE(level);
    WeirProcess weir(config_of(refusing.address(), "error_log: {level: " + level + "}\n"));
    RawClient client(weir.address());
    CHECK(client.get("/nowhere").status() == 404);  // for information
    CHECK(client.get("/app").status() == 502);      // an error
    weir.process().wait_err_line("[error] 502: ");
    CHECK(count(weir.process().err(), "[info] 404: ") == (level == "info" ? 1 : 0));
  }
}

TEST_CASE("it may be a file, which USR1 opens anew and a reload changes") {
  RefusingPort refusing;
  auto config = [&](const std::string& log) {
    return config_of(refusing.address(), "error_log: {" + log + "}\n");
  };
  WeirProcess weir(config("path: error.log"));
  RawClient client(weir.address());
  CHECK(client.get("/nowhere").status() == 404);
  wait_until("a line", [&] { return count(file_of(weir, "error.log"), "404: no route") == 1; });
  CHECK(count(weir.process().err(), "404: ") == 0);

  std::filesystem::rename(weir.dir().path("error.log"), weir.dir().path("error.log.1"));
  weir.process().signal(SIGUSR1);
  wait_until("the new file", [&] { return std::filesystem::exists(weir.dir().path("error.log")); });
  CHECK(client.get("/nowhere").status() == 404);
  wait_until("a line", [&] { return count(file_of(weir, "error.log"), "404: no route") == 1; });
  CHECK(count(file_of(weir, "error.log.1"), "404: ") == 1);

  weir.reload(config("path: stderr, level: info"));
  CHECK(client.get("/nowhere").status() == 404);
  weir.process().wait_err_line("404: no route");
  CHECK(count(file_of(weir, "error.log"), "404: ") == 1);
}

TEST_CASE("a file that cannot be opened keeps weir from starting, and a reload from happening") {
  RefusingPort refusing;
  std::string bad = config_of(refusing.address(), "error_log: {path: /nowhere/at/all.log}\n");
  support::TempDir dir;
  support::Process weir({support::product_path("weir"), "-c", dir.write("weir.yaml", bad)});
  CHECK(weir.wait() == 1);
  CHECK(weir.err().find("weir: cannot open the error log '/nowhere/at/all.log': No such file or "
                        "directory") != std::string::npos);

  WeirProcess running(config_of(refusing.address(), ""));
  running.reload(bad);
  running.process().wait_err_line("cannot open the error log");
  CHECK(RawClient(running.address()).get("/app").status() == 502);
}

TEST_CASE("a flood of one reason is told by its number") {
  RefusingPort refusing;
  WeirProcess weir(config_of(refusing.address(), ""));
  RawClient client(weir.address());
  for (int i = 0; i < 100; ++i) CHECK(client.get("/nowhere").status() == 404);
  weir.process().wait_err_line("no_route ... repeated ");
  CHECK(weir.process().stop() == 0);
  // Ten a second, and the others by their number: together they are all.
  std::string err = weir.process().err();
  std::size_t told = count(err, "[info] 404: no route");
  for (auto at = err.find("... repeated "); at != std::string::npos;
       at = err.find("... repeated ", at + 1)) {
    told += std::stoul(err.substr(at + 13));
  }
  CHECK(told == 100);
}

TEST_CASE("a line that comes again and again is told by its number") {
  // Well and unwell by turns: each probe changes the endpoint's health, and is a line.
  std::atomic<int> probes{0};
  FakeOrigin origin([&](support::Connection& connection) {
    do {
      connection.request();
      bool well = probes++ % 2 == 0;
      connection.send(well ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                           : "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
    } while (connection.another());
  });
  WeirProcess weir("listen: \"127.0.0.1:0\"\nupstreams: {app: {endpoints: [\"" + origin.address() +
                   "\"], health_check: {interval: 20ms, rise: 1, fall: 1, jitter: 0%}}}\n");
  wait_until("probes", [&] { return probes > 40; });
  CHECK(weir.process().stop() == 0);
  std::string err = weir.process().err();
  CHECK(count(err, " probe failed) ... repeated ") >= 1);
  CHECK(count(err, " is down: ") < 10);
}

}  // namespace weir::error_log
