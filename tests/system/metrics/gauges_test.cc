#include <doctest/doctest.h>

#include <list>

#include "system/metrics/setup.h"

namespace weir::metrics {

namespace {

constexpr const char* kSlow = "GET /delay/60000 HTTP/1.1\r\nHost: test\r\n\r\n";

}  // namespace

TEST_CASE("open connections are told as active and idle, by listener") {
  Gateway gateway;
  WeirProcess& weir = gateway.weir;
  std::list<RawClient> idle;
  std::list<RawClient> active;
  for (int i = 0; i < 7; ++i)
    CHECK(idle.emplace_back(weir.address()).get("/hello").status() == 200);
  for (int i = 0; i < 5; ++i) active.emplace_back(weir.address()).send(kSlow);
  std::string listener = "{listener=\"" + weir.address() + "\"";
  weir.wait_metric("weir_connections_open" + listener + ",state=\"active\"}", 5);
  CHECK(weir.metric("weir_connections_open" + listener + ",state=\"idle\"}") == 7);
  CHECK(weir.metric("weir_connections_accepted_total" + listener + "}") == 12);
  idle.clear();
  weir.wait_metric("weir_connections_open" + listener + ",state=\"idle\"}", 0);
  CHECK(weir.metric("weir_connections_open" + listener + ",state=\"active\"}") == 5);
  for (auto& client : active) client.reset();
  weir.wait_metric("weir_connections_open", 0);
  CHECK(weir.metric("weir_connections_closed_total{reason=\"client\"}") == 12);
}

TEST_CASE("what is in flight is told by route and by endpoint, and given back") {
  Gateway gateway;
  WeirProcess& weir = gateway.weir;
  std::list<RawClient> clients;
  for (int i = 0; i < 6; ++i) clients.emplace_back(weir.address()).send(kSlow);
  weir.wait_metric("weir_http_requests_in_flight{route=\"play\"}", 6);
  weir.wait_metric("weir_upstream_requests_in_flight{upstream=\"users\"}", 6);
  CHECK(weir.metric("weir_http_requests_in_flight") == 6);
  CHECK(weir.metric("weir_upstream_connections{upstream=\"users\",state=\"active\"}") == 6);
  for (auto& client : clients) client.reset();
  weir.wait_metric("weir_http_requests_in_flight", 0);
  weir.wait_metric("weir_upstream_requests_in_flight", 0);
  weir.wait_metric("weir_upstream_connections", 0);
  CHECK(weir.metric("weir_http_requests_total{route=\"play\",code=\"499\"}") == 6);
}

TEST_CASE("kept-alive connections to a backend are told as idle") {
  Gateway gateway;
  RawClient client(gateway.weir.address());
  for (int i = 0; i < 20; ++i) CHECK(client.get("/users/1").status() == 200);
  gateway.weir.wait_metric("weir_upstream_connections{upstream=\"users\",state=\"idle\"}", 2);
  CHECK(gateway.weir.metric("weir_upstream_connections{state=\"active\"}") == 0);
  CHECK(gateway.weir.metric("weir_upstream_connect_duration_seconds_count{upstream=\"users\"}") ==
        2);
}

}  // namespace weir::metrics
