#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>

#include "support/process.h"
#include "support/product.h"
#include "system/access_log/setup.h"

namespace weir::access_log {

TEST_CASE("a full disk costs lines, which are counted and told once, and no request") {
  BackendProcess backend;
  WeirProcess weir(config_of(backend.address(), "path: /dev/full, flush: 1ms, buffer: 0"));
  RawClient client(weir.address());
  for (int i = 0; i < 300; ++i) CHECK(client.get("/bytes/10").status() == 200);
  weir.wait_metric("weir_access_log_dropped_total", 300);
  weir.process().wait_err_line("cannot write the log '/dev/full': No space left on device");
  CHECK(weir.process().err().find("cannot write") == weir.process().err().rfind("cannot write"));
  CHECK(weir.process().stop() == 0);
}

TEST_CASE("USR1 opens the logs anew also before weir listens") {
  // Its first probes hold up the start until their timeout.
  support::SilentPort silent;
  TempDir dir;
  std::string file = dir.write(
      "weir.yaml",
      "workers: 1\nlisten: \"127.0.0.1:0\"\nupstreams: {app: {endpoints: [\"" + silent.address() +
          "\"], health_check: {timeout: 1500ms}}}\n"
          "routes: [{path: /, respond: {body: hi}}]\n"
          "access_log: {path: access.log, flush: 5ms}\nerror_log: {path: error.log}\n");
  support::Product weir("weir", {"-c", file});
  wait_until("the logs", [&] {
    return std::filesystem::exists(dir.path("access.log")) &&
           std::filesystem::exists(dir.path("error.log"));
  });
  for (const char* log : {"access.log", "error.log"})
    std::filesystem::rename(dir.path(log), dir.path(std::string(log) + ".1"));
  weir.signal(SIGUSR1);
  std::string line = weir.wait_err_line("listening on ");
  CHECK(RawClient(line.substr(line.rfind(' ') + 1)).get("/").status() == 200);
  CHECK(wait_lines(dir.path("access.log"), 1).size() == 1);
  CHECK(std::filesystem::exists(dir.path("error.log")));
  CHECK(lines_of(dir.path("access.log.1")).empty());
  CHECK(weir.stop() == 0);
}

}  // namespace weir::access_log
