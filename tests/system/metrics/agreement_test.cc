#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "system/metrics/setup.h"

namespace weir::metrics {

namespace {

// Requests and bytes of their bodies, by status.
struct Sum {
  int requests = 0;
  std::size_t bytes = 0;
};
using Told = std::map<int, Sum>;

// What the access log says: '1.2.3.4 - - [time] "request" STATUS BYTES "referer" "agent"'.
Told told_by_log(const std::string& text) {
  Told told;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream rest(line.substr(line.find("\" ") + 2));
    int status = 0;
    std::size_t bytes = 0;
    rest >> status >> bytes;
    ++told[status].requests;
    told[status].bytes += bytes;
  }
  return told;
}

int lines_in(const std::string& text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("client, access log and metrics tell the same of every kind of request") {
  BackendProcess backend;
  RefusingPort refusing;
  WeirProcess weir(
      "listen: \"127.0.0.1:0\"\nworkers: 2\naccess_log: {path: access.log, flush: 10ms}\n"
      "upstreams: {app: [\"" +
      backend.address() + "\"], broken: [\"" + refusing.address() +
      "\"]}\n"
      "routes:\n"
      "  - {path: \"~ ^/(users|status|bytes|delay)/\", upstream: app}\n"
      "  - {path: /broken, upstream: broken}\n"
      "  - {path: \"= /hello\", respond: {status: 200, body: \"hello\"}}\n"
      "  - {path: \"= /away\", redirect: {to: \"http://test/\"}}\n");
  Told seen;
  auto note = [&](const Message& answer) {
    ++seen[answer.status()].requests;
    seen[answer.status()].bytes += answer.body.size();
  };
  for (int i = 0; i < 20; ++i) {
    for (const char* path : {"/users/1", "/status/404", "/status/503", "/bytes/70000", "/broken",
                             "/hello", "/away", "/nowhere"}) {
      note(RawClient(weir.address()).get(path));
    }
  }
  RawClient bad(weir.address());
  bad.send("BAD\r\n\r\n");
  note(bad.response());
  RawClient leaving(weir.address());
  leaving.send(support::get("/delay/60000"));
  weir.wait_metric("weir_upstream_requests_in_flight", 1);
  leaving.reset();
  weir.wait_metric("weir_http_requests_total{code=\"499\"}", 1);
  seen[499].requests = 1;

  int all = 0;
  for (const auto& [status, sum] : seen) all += sum.requests;
  std::string log = weir.dir().path("access.log");
  support::wait_until("all lines of the log",
                      [&] { return lines_in(support::read_whole_file(log)) >= all; });
  Told logged = told_by_log(support::read_whole_file(log));
  std::string metrics = weir.metrics();
  CHECK(logged.size() == seen.size());
  for (const auto& entry : seen) {
    int status = entry.first;
    const Sum& sum = entry.second;
    CAPTURE(status);
    CHECK(logged[status].requests == sum.requests);
    CHECK(logged[status].bytes == sum.bytes);
    CHECK(sum_series(metrics, "weir_http_requests_total{code=\"" + std::to_string(status) +
                                  "\"}") == sum.requests);
  }
  CHECK(sum_series(metrics, "weir_http_requests_total") == all);
  CHECK(sum_series(metrics, "weir_http_request_duration_seconds_count") == all);
}

}  // namespace weir::metrics
