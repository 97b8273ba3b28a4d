#include <doctest/doctest.h>

#include <map>
#include <thread>

#include "system/metrics/setup.h"

namespace weir::metrics {

namespace {

struct Asked {
  const char* path;
  const char* route;
  const char* upstream;
  int times;
};

constexpr Asked kPlan[] = {
    {"/users/1", "users", "users", 40},    {"/status/201", "play", "users", 10},
    {"/status/404", "play", "users", 8},   {"/status/503", "play", "users", 6},
    {"/broken", "broken", "broken", 5},    {"/hello", "hello", "none", 12},
    {"/away", "away", "none", 7},          {"/nowhere", "none", "none", 3},
    {"/bytes/70000", "play", "users", 10},
};

std::string labels(const std::string& route, const std::string& upstream, int code) {
  return "{route=\"" + route + "\",upstream=\"" + upstream + "\",code=\"" + std::to_string(code) +
         "\"}";
}

}  // namespace

TEST_CASE("requests are counted by route, upstream and code as the clients counted them") {
  Gateway gateway;
  WeirProcess& weir = gateway.weir;
  std::map<std::string, int> seen;      // by all three labels
  std::map<std::string, int> by_route;  // "route upstream"
  std::map<std::string, int> by_endpoint;
  int all = 0;
  for (const Asked& asked : kPlan) {
    for (int i = 0; i < asked.times; ++i) {
      Message answer = RawClient(weir.address()).get(asked.path);
      ++seen[labels(asked.route, asked.upstream, answer.status())];
      ++by_route["{route=\"" + std::string(asked.route) + "\",upstream=\"" + asked.upstream +
                 "\"}"];
      if (answer.fields.has("X-Instance")) ++by_endpoint[answer.fields.value("X-Instance")];
      ++all;
    }
  }
  std::string text = weir.metrics();
  for (const auto& one : seen) {
    const std::string& series = one.first;
    CAPTURE(series);
    CHECK(sum_series(text, "weir_http_requests_total" + series) == one.second);
  }
  CHECK(sum_series(text, "weir_http_requests_total") == all);
  for (const auto& one : by_route) {
    const std::string& series = one.first;
    CAPTURE(series);
    CHECK(sum_series(text, "weir_http_request_duration_seconds_count" + series) == one.second);
    std::string inf = series.substr(0, series.size() - 1) + ",le=\"+Inf\"}";
    CHECK(sum_series(text, "weir_http_request_duration_seconds_bucket" + inf) == one.second);
  }
  CHECK(sum_series(text, "weir_http_request_duration_seconds_sum") > 0);
  CHECK(sum_series(text, "weir_http_requests_by_method_total{method=\"GET\"}") == all);
  CHECK(sum_series(text, "weir_http_requests_rejected_total{reason=\"no_route\"}") == 3);
  CHECK(sum_series(text, "weir_http_requests_rejected_total{reason=\"upstream_connect\"}") == 5);
  CHECK(sum_series(text, "weir_http_requests_rejected_total") == 8);
  CHECK(sum_series(text, "weir_connections_accepted_total") == all);

  // What each backend said it answered.
  std::string first = "{upstream=\"users\",endpoint=\"" + gateway.one.address() + "\"}";
  std::string second = "{upstream=\"users\",endpoint=\"" + gateway.two.address() + "\"}";
  CHECK(sum_series(text, "weir_upstream_requests_total" + first) == by_endpoint["one"]);
  CHECK(sum_series(text, "weir_upstream_requests_total" + second) == by_endpoint["two"]);
  CHECK(by_endpoint["one"] + by_endpoint["two"] == 74);
  CHECK(sum_series(text, "weir_upstream_endpoint_duration_seconds_count" + first) ==
        by_endpoint["one"]);
  CHECK(sum_series(text, "weir_upstream_request_duration_seconds_count{upstream=\"users\"}") == 74);
  CHECK(sum_series(text, "weir_upstream_first_byte_duration_seconds_count{upstream=\"users\"}") ==
        74);
  CHECK(sum_series(text, "weir_upstream_failures_total{upstream=\"broken\",reason=\"connect\"}") >=
        5);
}

TEST_CASE("bytes are counted as they are on the wire") {
  Gateway gateway;
  std::string request =
      "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n"
      "Connection: close\r\n\r\n" +
      std::string(1000, 'b');
  std::size_t came = 0;
  for (int i = 0; i < 3; ++i) {
    RawClient client(gateway.weir.address());
    client.send(request);
    came += client.read_to_end().size();
  }
  CHECK(gateway.weir.metric("weir_http_request_bytes_total{route=\"play\"}") ==
        static_cast<double>(3 * request.size()));
  CHECK(gateway.weir.metric("weir_http_response_bytes_total{route=\"play\"}") ==
        static_cast<double>(came));
}

TEST_CASE("who has the answer sees it in the next scrape") {
  Gateway gateway;
  RawClient client(gateway.weir.address());
  for (int i = 1; i <= 100; ++i) {
    CHECK(client.get("/users/1").status() == 200);
    CHECK(gateway.weir.metric("weir_http_requests_total{code=\"200\"}") == i);
  }
}

TEST_CASE("a histogram's buckets grow, and hold what took its time") {
  Gateway gateway;
  RawClient client(gateway.weir.address());
  CHECK(client.get("/delay/300").status() == 200);
  std::string text = gateway.weir.metrics();
  std::string bucket = "weir_http_request_duration_seconds_bucket{route=\"play\",le=\"";
  CHECK(sum_series(text, bucket + "0.1\"}") == 0);
  CHECK(sum_series(text, bucket + "60\"}") == 1);
  CHECK(sum_series(text, "weir_http_request_duration_seconds_sum{route=\"play\"}") >= 0.29);
  CHECK(sum_series(text, "weir_upstream_endpoint_duration_seconds_sum") >= 0.29);
}

TEST_CASE("a thirteenth status of a route is counted as other") {
  Gateway gateway;
  RawClient client(gateway.weir.address());
  for (int code = 400; code < 415; ++code) {
    CHECK(client.get("/status/" + std::to_string(code)).status() == code);
  }
  CHECK(gateway.weir.metric("weir_http_requests_total{code=\"411\"}") == 1);
  CHECK(gateway.weir.metric("weir_http_requests_total{code=\"412\"}") == 0);
  CHECK(gateway.weir.metric("weir_http_requests_total{code=\"other\"}") == 3);
}

TEST_CASE("scrapes under load see counts that only grow") {
  constexpr int kRequests = 2000;
  Gateway gateway;
  std::thread load([&] {
    RawClient client(gateway.weir.address());
    for (int i = 0; i < kRequests; ++i) client.get("/users/1");
  });
  double before = 0;
  for (int i = 0; i < 20; ++i) {
    std::string text = gateway.weir.metrics();
    double now = sum_series(text, "weir_http_requests_total");
    CHECK(now >= before);
    before = now;
  }
  load.join();
  CHECK(gateway.weir.metric("weir_http_requests_total") == kRequests);
}

}  // namespace weir::metrics
