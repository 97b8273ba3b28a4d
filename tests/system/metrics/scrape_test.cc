#include <doctest/doctest.h>

#include "system/metrics/setup.h"

namespace weir::metrics {

namespace {

constexpr int kEndpoints = 1000;

// An upstream of a thousand endpoints that nobody asks for anything.
std::string wide_config() {
  std::string config = "listen: \"127.0.0.1:0\"\nworkers: 2\nupstreams:\n  wide:\n";
  for (int i = 0; i < kEndpoints; ++i) {
    config += "    - \"127.1." + std::to_string(i / 250) + '.' + std::to_string(1 + i % 250) +
              ":9001\"\n";
  }
  return config;
}

}  // namespace

TEST_CASE("a thousand endpoints are in each scrape, by their own names") {
  WeirProcess weir(wide_config());
  std::string text = weir.metrics();
  CHECK(sum_series(text, "weir_upstream_endpoint_up") == kEndpoints);
  CHECK(sum_series(text, "weir_upstream_endpoint_up{endpoint=\"127.1.3.250:9001\"}") == 1);
  CHECK(text.find("endpoint=\"other\"") == std::string::npos);
}

TEST_CASE("scrapes cost the workers nothing") {
  constexpr int kScrapes = 20;
  WeirProcess weir(wide_config());
  std::string before = weir.metrics();
  for (int i = 0; i < kScrapes; ++i) CHECK_FALSE(weir.metrics().empty());
  std::string after = weir.metrics();
  auto spent = [&](const char* series) {
    return sum_series(after, series) - sum_series(before, series);
  };
  double all = spent("process_cpu_seconds_total");
  double workers = spent("weir_worker_cpu_seconds_total");
  MESSAGE("CPU ms of a scrape: " << all * 1000 / kScrapes
                                 << ", of it workers': " << workers * 1000 / kScrapes);
  // A worker that took part would have a share of it; they wake once a second to measure their lag.
  CHECK(workers < all / 10);
}

}  // namespace weir::metrics
