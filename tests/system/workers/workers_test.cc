#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "system/workers/setup.h"

namespace weir::workers {

TEST_CASE("1,000 connections over two workers: each gets 400 to 600") {
  raise_descriptor_limit();
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address(), 2));
  auto before = watched_by_loop(weir.process().pid());
  REQUIRE(before.size() == 3);

  std::list<RawClient> clients;
  for (int i = 0; i < 1000; ++i) clients.emplace_back(weir.address());
  weir.wait_metric("weir_connections_open", 1000);
  auto after = watched_by_loop(weir.process().pid());
  REQUIRE(after.size() == 3);
  // The third loop is the control thread's: it accepts no clients.
  CHECK(after[0] <= before[2] + 1);
  CHECK(after[1] >= 400);
  CHECK(after[2] <= 600 + before[2]);
  CHECK(after[1] + after[2] >= 1000);
}

TEST_CASE("requests over many connections are all answered, and the workers' counts sum exactly") {
  constexpr int kThreads = 4;
  constexpr int kConnections = 50;
  constexpr int kRequests = 10;
  constexpr int kAll = kThreads * kConnections * kRequests;
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address(), 2));
  std::atomic<int> well{0};
  std::atomic<std::uint64_t> bytes{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int c = 0; c < kConnections; ++c) {
        RawClient client(weir.address());
        for (int i = 0; i < kRequests; ++i) {
          Message answer = client.get("/bytes/1000");
          if (answer.status() != 200 || !answer.complete) continue;
          ++well;
          bytes += answer.body.size();
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(well == kAll);
  CHECK(bytes == 1000U * kAll);
  CHECK(weir.metric("weir_http_requests_total{code=\"200\"}") == kAll);
  CHECK(weir.metric("weir_http_requests_total") == kAll);
  CHECK(weir.metric("weir_http_request_duration_seconds_count") == kAll);
  CHECK(weir.metric("weir_http_requests_by_method_total{method=\"GET\"}") == kAll);
  CHECK(weir.metric("weir_upstream_requests_total{code=\"200\"}") == kAll);
  CHECK(weir.metric("weir_upstream_endpoint_duration_seconds_count") == kAll);
  CHECK(weir.metric("weir_connections_accepted_total") == kThreads * kConnections);
  weir.wait_metric("weir_connections_open", 0);
  CHECK(weir.metric("weir_connections_closed_total{reason=\"client\"}") == kThreads * kConnections);
  CHECK(weir.metric("weir_http_requests_in_flight") == 0);
}

TEST_CASE("workers: auto serves") {
  BackendProcess backend;
  WeirProcess weir("listen: \"127.0.0.1:0\"\nworkers: auto\nupstreams: {app: [\"" +
                   backend.address() + "\"]}\n");
  for (int i = 0; i < 20; ++i) CHECK(RawClient(weir.address()).get("/users/1").status() == 200);
  CHECK(watched_by_loop(weir.process().pid()).size() >= 2);
}

TEST_CASE("limits.connections holds over all workers: more wait until there is room") {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address(), 1, "limits: {connections: 10}\n"));
  std::list<RawClient> clients;
  for (int i = 0; i < 10; ++i) CHECK(clients.emplace_back(weir.address()).get("/").status() == 200);
  RawClient waiting(weir.address());
  waiting.send("GET /users/1 HTTP/1.1\r\nHost: test\r\n\r\n");
  CHECK_FALSE(waiting.readable(support::Milliseconds(100)));
  CHECK(weir.metric("weir_connections_open") == 10);
  CHECK(weir.metric("weir_limit_hits_total{limit=\"connections\"}") >= 1);
  clients.pop_front();
  CHECK(waiting.response().status() == 200);
}

}  // namespace weir::workers
