#include <doctest/doctest.h>

#include <algorithm>

#include "system/workers/setup.h"

namespace weir::workers {

namespace {

constexpr std::size_t kWarm = 200;
constexpr std::size_t kIdle = 5000;

std::size_t ask_all(std::list<RawClient>& clients) {
  std::size_t well = 0;
  for (auto& client : clients) well += client.get("/users/7").status() == 200 ? 1 : 0;
  return well;
}

}  // namespace

TEST_CASE("5,000 idle connections stay open, cost next to nothing and are all still usable") {
  raise_descriptor_limit();
  BackendProcess backend;
  WeirProcess weir(
      config_to(backend.address(), 2, "timeouts: {client_idle: 10m, client_header: 10m}\n"));
  std::list<RawClient> clients;
  while (clients.size() < kWarm) clients.emplace_back(weir.address());
  REQUIRE(ask_all(clients) == kWarm);
  std::size_t before = proportional_memory(weir.process().pid());

  while (clients.size() < kIdle) {
    CHECK(clients.emplace_back(weir.address()).get("/users/7").status() == 200);
  }
  weir.wait_metric("weir_connections_open{state=\"idle\"}", kIdle);
  std::size_t after = proportional_memory(weir.process().pid());
  std::size_t each = (after - std::min(after, before)) / (kIdle - kWarm);
  MESSAGE("bytes for each idle connection: " << each);
#ifdef NDEBUG
  CHECK(each <= 1024);
#endif

  // Nothing is on its way on any of them: an end would be.
  for (auto& client : clients) {
    if (client.readable()) FAIL_CHECK("an idle connection was closed");
  }
  CHECK(ask_all(clients) == kIdle);
  CHECK(weir.metric("weir_http_requests_total{code=\"200\"}") == 2 * kIdle);
}

}  // namespace weir::workers
