#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <list>
#include <vector>

#include "support/backend_process.h"
#include "support/patience.h"
#include "support/raw_client.h"
#include "support/weir_process.h"
#include "system/prometheus/server.h"

namespace weir::prometheus {

namespace {

using support::BackendProcess;
using support::RawClient;
using support::WeirProcess;

// rate() and increase() go on from the first and the last sample to the edges of their range, by
// not much more than a pause between two scrapes: of so many scrapes that is under a tenth.
constexpr int kScrapes = 25;
constexpr double kBeyond = 1.1;

// What clients saw of one route.
struct Seen {
  int well = 0;
  int failed = 0;
  std::vector<double> seconds;
  [[nodiscard]] int all() const { return well + failed; }
  [[nodiscard]] double longest() const { return *std::max_element(seconds.begin(), seconds.end()); }
  [[nodiscard]] double mean() const {
    double sum = 0;
    for (double one : seconds) sum += one;
    return sum / static_cast<double>(seconds.size());
  }
};

struct Scene {
  BackendProcess backend;
  WeirProcess weir{
      "listen: \"127.0.0.1:0\"\nworkers: 2\nupstreams:\n  api:\n    endpoints: [{address: \"" +
      backend.address() +
      "\", max_conns: 8}]\n"
      "routes:\n"
      "  - {name: users, path: /users/, upstream: api}\n"
      "  - {name: play, path: /status/, upstream: api}\n"
      "  - {name: slow, path: /delay/, upstream: api}\n"};
  Server server{weir.admin()};
  RawClient client{weir.address()};

  void ask(const std::string& path, Seen& seen) {
    auto begin = support::Clock::now();
    int status = client.get(path).status();
    seen.seconds.push_back(std::chrono::duration<double>(support::Clock::now() - begin).count());
    ++(status < 500 ? seen.well : seen.failed);
  }
  // Each series begins with its first request, which no rate can tell from none: here it does
  // before what is to be counted.
  void begin(const std::vector<std::string>& paths) {
    Seen before;
    for (const auto& path : paths) ask(path, before);
    server.wait_value("sum(weir_http_requests_total)", before.all());
  }
};

// Where a histogram puts a time: the upper bound of its bucket.
double bucket_of(double seconds) {
  constexpr std::array kBounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                  0.25,   0.5,   1.0,    2.5,   5.0,  10.0,  30.0, 60.0};
  return *std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
}

void check_about(double told, double counted) {
  CHECK(told >= counted * 0.999);
  CHECK(told <= counted * kBeyond);
}

}  // namespace

TEST_CASE("throughput: requests of each route are what its clients sent") {
  Scene scene;
  scene.begin({"/users/1", "/status/200"});
  Seen users;
  Seen play;
  for (int i = 0; i < 300; ++i) scene.ask("/users/1", users);
  for (int i = 0; i < 100; ++i) scene.ask("/status/200", play);
  scene.server.wait_value("sum(weir_http_requests_total)", 2 + users.all() + play.all());
  scene.server.wait_scrapes(kScrapes);
  auto all = scene.server.ask("sum by (route) (weir_http_requests_total)", "route");
  CHECK(all["users"] == 1 + users.all());
  CHECK(all["play"] == 1 + play.all());
  auto rate = scene.server.ask("sum by (route) (rate(weir_http_requests_total[10m]))", "route");
  check_about(rate["users"] * 600, users.all());
  check_about(rate["play"] * 600, play.all());
}

TEST_CASE("errors: the share of failed requests is what clients saw") {
  Scene scene;
  scene.begin({"/status/200", "/status/503", "/users/1"});
  Seen seen;
  for (int i = 0; i < 200; ++i) scene.ask(i % 4 == 0 ? "/status/503" : "/status/200", seen);
  CHECK(seen.failed == 50);
  scene.server.wait_value("sum(weir_http_requests_total{route=\"play\"})", 2 + seen.all());
  scene.server.wait_scrapes(kScrapes);
  auto ratio = scene.server.ask(
      "sum by (route) (rate(weir_http_requests_total{code=~\"5..\"}[10m])) /"
      " sum by (route) (rate(weir_http_requests_total[10m]))",
      "route");
  CHECK(ratio["play"] >= 0.25 / kBeyond);
  CHECK(ratio["play"] <= 0.25 * kBeyond);
  CHECK(ratio.count("users") == 0);
}

TEST_CASE("response time: mean and 95th percentile are within what clients measured") {
  constexpr int kSlow = 10;
  constexpr double kDelay = 0.3;
  Scene scene;
  scene.begin({"/delay/0"});
  Seen seen;
  for (int i = 0; i < 100; ++i) scene.ask(i % 10 == 0 ? "/delay/300" : "/delay/0", seen);
  scene.server.wait_value("sum(weir_http_requests_total)", 1 + seen.all());
  scene.server.wait_scrapes(kScrapes);
  double high = scene.server.value(
      "histogram_quantile(0.95, sum by (le)"
      " (rate(weir_http_request_duration_seconds_bucket{route=\"slow\"}[10m])))");
  CHECK(high >= 0.25);
  CHECK(high <= bucket_of(seen.longest()));
  double mean = scene.server.value(
      "sum(rate(weir_http_request_duration_seconds_sum{route=\"slow\"}[10m])) /"
      " sum(rate(weir_http_request_duration_seconds_count{route=\"slow\"}[10m]))");
  CHECK(mean >= kDelay * kSlow / 100 / kBeyond);
  CHECK(mean <= seen.mean() * kBeyond);
}

TEST_CASE("utilisation: what is in flight and what CPU the workers took") {
  constexpr int kHeld = 6;
  Scene scene;
  Seen seen;
  for (int i = 0; i < 500; ++i) scene.ask("/users/1", seen);
  std::list<RawClient> held;
  for (int i = 0; i < kHeld; ++i)
    held.emplace_back(scene.weir.address()).send(support::get("/delay/60000"));
  scene.server.wait_value("sum(weir_http_requests_in_flight)", kHeld);
  CHECK(scene.server.value("sum(weir_http_requests_in_flight{route=\"slow\"})") == kHeld);
  CHECK(scene.server.value("sum(weir_upstream_requests_in_flight{upstream=\"api\"})") == kHeld);
  scene.server.wait_scrapes(kScrapes);
  // Of the process, by the kernel's books; those of its threads are finer.
  double told = scene.server.value("sum(increase(weir_worker_cpu_seconds_total[10m]))");
  double spent = std::chrono::duration<double>(scene.weir.process().cpu_time()).count() + 0.01;
  CHECK(told > 0);
  CHECK(told <= spent * kBeyond);
  CHECK(scene.server.ask("weir_worker_cpu_seconds_total", "worker").size() == 2);
}

}  // namespace weir::prometheus
