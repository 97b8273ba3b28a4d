#include <doctest/doctest.h>

#include "system/metrics/setup.h"

namespace weir::metrics {

namespace {

void check_by_promtool(WeirProcess& weir) {
  std::string file = weir.dir().write("scrape.txt", weir.metrics());
  support::Process promtool({"sh", "-c", "promtool check metrics < \"$0\"", file});
  int status = promtool.wait();
  CHECK(promtool.err() == "");
  CHECK(promtool.out() == "");
  CHECK(status == 0);
}

}  // namespace

TEST_CASE("promtool has nothing to say about a first scrape, nor about one behind traffic") {
  Gateway gateway;
  check_by_promtool(gateway.weir);
  for (const char* path : {"/users/1", "/users/2", "/status/404", "/status/503", "/broken",
                           "/hello", "/away", "/nowhere"}) {
    CHECK(status_of(gateway.weir, path) >= 200);
  }
  RawClient bad(gateway.weir.address());
  bad.send("BAD\r\n\r\n");
  CHECK(bad.response().status() == 400);
  check_by_promtool(gateway.weir);
}

TEST_CASE("/metrics is what a scraper asks for") {
  Gateway gateway;
  Message answer = RawClient(gateway.weir.admin()).get("/metrics");
  CHECK(answer.status() == 200);
  CHECK(answer.fields.value("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(answer.body.ends_with('\n'));
}

TEST_CASE("series whose labels are known are there from the start, at 0") {
  Gateway gateway;
  std::string text = gateway.weir.metrics();
  for (const char* series :
       {"weir_http_requests_rejected_total{reason=\"no_route\"} 0\n",
        "weir_http_requests_rejected_total{reason=\"upstream_connect\"} 0\n",
        "weir_timeouts_total{phase=\"client_header\"} 0\n",
        "weir_timeouts_total{phase=\"upstream_first_byte\"} 0\n",
        "weir_limit_hits_total{limit=\"retry_budget\"} 0\n",
        "weir_http_requests_in_flight{route=\"users\"} 0\n",
        "weir_http_requests_in_flight{route=\"none\"} 0\n",
        "weir_http_request_duration_seconds_count{route=\"users\",upstream=\"users\"} 0\n",
        "weir_upstream_failures_total{upstream=\"broken\",reason=\"connect\"} 0\n",
        "weir_access_log_dropped_total 0\n"}) {
    CAPTURE(series);
    CHECK(text.find(series) != std::string::npos);
  }
  CHECK(sum_series(text, "weir_build_info") == 1);
  CHECK(sum_series(text, "process_open_fds") > 5);
  CHECK(sum_series(text, "process_resident_memory_bytes") > 1'000'000);
  CHECK(sum_series(text, "process_start_time_seconds") > 1.7e9);
}

}  // namespace weir::metrics
