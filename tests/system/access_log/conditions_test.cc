#include <doctest/doctest.h>

#include <cmath>

#include "system/access_log/setup.h"

namespace weir::access_log {

namespace {

// How many lines of the log end so.
std::size_t count(const std::vector<std::string>& lines, const std::string& end) {
  std::size_t found = 0;
  for (const auto& line : lines) found += line.ends_with(end) ? 1 : 0;
  return found;
}

}  // namespace

TEST_CASE("a route's access_log is off, on, or for what a condition holds for") {
  BackendProcess backend;
  WeirProcess weir(config_of(
      backend.address(), "path: access.log, flush: 5ms, format: '$request_uri $status'",
      "routes:\n"
      "  - {path: /bytes/, upstream: app, access_log: off}\n"
      "  - {path: /status/, upstream: app, access_log: {if: \"$status ~ ^5\"}}\n"
      "  - {path: /echo, upstream: app, access_log: {if: \"$http_x_log != \"}}\n"
      "  - {path: /fixed, respond: {body: hi}, access_log: on}\n"
      "  - {path: /slow, respond: {body: hi}, access_log: {if: \"$request_method = HEAD\"}}\n"));
  RawClient client(weir.address());
  for (int i = 0; i < 3; ++i) CHECK(client.get("/bytes/1").status() == 200);
  CHECK(client.get("/status/404").status() == 404);
  CHECK(client.get("/status/503").status() == 503);
  CHECK(client.get("/echo").status() == 200);
  CHECK(client.ask("GET /echo?1 HTTP/1.1\r\nHost: a\r\nX-Log: 1\r\n\r\n").status() == 200);
  CHECK(client.get("/slow").status() == 200);
  CHECK(client.get("/fixed").status() == 200);
  CHECK(client.get("/nowhere").status() == 404);
  CHECK(wait_lines(weir.dir().path("access.log"), 4) ==
        std::vector<std::string>{"/status/503 503", "/echo?1 200", "/fixed 200", "/nowhere 404"});
  CHECK(weir.metric("weir_access_log_dropped_total") == 0);
}

TEST_CASE("a sample is as large as asked for, over many requests") {
  constexpr int kRequests = 5000;
  BackendProcess backend;
  WeirProcess weir(config_of(backend.address(),
                             "path: access.log, flush: 5ms, sample: 20%, format: '$request_uri'",
                             "routes: [{path: /fixed, respond: {body: hi}}]\n"));
  RawClient client(weir.address());
  for (int i = 0; i < kRequests; ++i) CHECK(client.get("/fixed").status() == 200);
  CHECK(weir.process().stop() == 0);
  auto lines = static_cast<double>(count(lines_of(weir.dir().path("access.log")), "/fixed"));
  // Six standard deviations: by chance one run of some hundred millions fails.
  CHECK(std::abs(lines - kRequests * 0.2) < 6 * std::sqrt(kRequests * 0.2 * 0.8));
}

TEST_CASE("where the log is off no route turns it on") {
  BackendProcess backend;
  WeirProcess weir("listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + backend.address() +
                   "\"]}\naccess_log: off\nroutes: [{path: /, upstream: app, access_log: on}]\n");
  CHECK(RawClient(weir.address()).get("/bytes/1").status() == 200);
  CHECK(weir.process().stop() == 0);
  CHECK(weir.process().out().empty());
}

}  // namespace weir::access_log
