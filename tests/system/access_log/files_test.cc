#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>
#include <thread>

#include "system/access_log/setup.h"

namespace weir::access_log {

TEST_CASE("USR1 opens the file anew, for rotation") {
  BackendProcess backend;
  WeirProcess weir(config_of(backend.address(), "path: access.log, flush: 5ms", "workers: 2\n"));
  std::string path = weir.dir().path("access.log");
  std::string rotated = weir.dir().path("access.log.1");
  RawClient client(weir.address());
  CHECK(client.get("/bytes/1").status() == 200);
  wait_lines(path, 1);
  std::filesystem::rename(path, rotated);
  // Until it is told so, weir writes to the file that it has open.
  CHECK(client.get("/bytes/2").status() == 200);
  wait_lines(rotated, 2);
  CHECK_FALSE(std::filesystem::exists(path));

  weir.process().signal(SIGUSR1);
  wait_until("the new file", [&] { return std::filesystem::exists(path); });
  CHECK(client.get("/bytes/3").status() == 200);
  auto lines = wait_lines(path, 1);
  CHECK(lines.size() == 1);
  CHECK(lines.front().find("/bytes/3") != std::string::npos);
  CHECK(lines_of(rotated).size() == 2);
  CHECK(weir.metric("weir_access_log_dropped_total") == 0);
}

TEST_CASE("a file is appended to, and its lines are written at the end of weir at the latest") {
  constexpr std::size_t kRequests = 3000;
  BackendProcess backend;
  WeirProcess weir(config_of(backend.address(), "path: access.log, flush: 1h", "workers: 2\n"));
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      RawClient client(weir.address());
      for (std::size_t i = 0; i < kRequests / 3; ++i) client.get("/bytes/10");
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(weir.metric("weir_http_requests_total{code=\"200\"}") == kRequests);
  CHECK(weir.process().stop() == 0);
  auto lines = lines_of(weir.dir().path("access.log"));
  CHECK(lines.size() == kRequests);
  for (const auto& line : lines) {
    if (line.find("] \"GET /bytes/10 HTTP/1.1\" 200 10 \"-\" \"-\"") == std::string::npos)
      FAIL_CHECK("a torn line: " << line);
  }
}

TEST_CASE("a log that cannot be opened keeps weir from starting, and is told") {
  TempDir dir;
  auto file = dir.write("weir.yaml", config_of("127.0.0.1:9", "path: /nowhere/at/all/access.log"));
  support::Process weir({support::product_path("weir"), "-c", file});
  CHECK(weir.wait() == 1);
  CHECK(weir.err().find("weir: cannot open the log '/nowhere/at/all/access.log': No such file or "
                        "directory") != std::string::npos);
}

}  // namespace weir::access_log
