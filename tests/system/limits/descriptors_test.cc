#include <doctest/doctest.h>
#include <sys/resource.h>

#include <list>

#include "support/sanitizers.h"
#include "system/limits/setup.h"

namespace weir::limits {

TEST_CASE("more clients than descriptors: they wait, none is dropped, and nobody spins" *
          doctest::skip(support::kUbsan)) {
  constexpr int kClients = 100;
  WeirProcess weir(answering(""));
  rlimit before{};
  ::prlimit(weir.process().pid(), RLIMIT_NOFILE, nullptr, &before);
  rlimit few{weir.process().open_descriptors() + 24, before.rlim_max};
  REQUIRE(::prlimit(weir.process().pid(), RLIMIT_NOFILE, &few, nullptr) == 0);

  std::list<RawClient> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back(weir.address()).send(support::get("/"));
  }
  CHECK(clients.front().response().status() == 200);
  CHECK_FALSE(clients.back().readable(Milliseconds(50)));
  Milliseconds used = weir.process().cpu_time();
  CHECK_FALSE(clients.back().readable(Milliseconds(400)));
  CHECK(weir.process().cpu_time() - used <= Milliseconds(100));

  // Without a restart, and without room for all at once.
  clients.pop_front();
  while (!clients.empty()) {
    CHECK(clients.front().response().status() == 200);
    clients.pop_front();
  }
  CHECK(weir.metric(hits_of("descriptors")) >= 1);
  CHECK(weir.metric("weir_connections_accepted_total") == kClients);
  REQUIRE(::prlimit(weir.process().pid(), RLIMIT_NOFILE, &before, nullptr) == 0);
}

}  // namespace weir::limits
