#include <doctest/doctest.h>

#include <list>

#include "system/memory/setup.h"

namespace weir::memory {

TEST_CASE("behind a burst of requests the memory that they took goes back to the system" *
          doctest::skip(kUnmeasurable)) {
  constexpr std::size_t kSlow = 1000;
  constexpr std::size_t kStalled = 60;
  raise_descriptor_limit();
  BackendProcess backend;
  WeirProcess weir("listen: \"127.0.0.1:0\"\nworkers: 2\nupstreams: {app: [\"" + backend.address() +
                   "\"]}\n");
  for (int i = 0; i < 10; ++i) CHECK(RawClient(weir.address()).get("/bytes/1000").status() == 200);
  Growth growth(weir.process());
  std::list<RawClient> clients;
  while (clients.size() < kSlow) {
    clients.emplace_back(weir.address()).send("GET / HTTP/1.1\r\nHost: a\r\nX");
  }
  while (clients.size() < kSlow + kStalled) {
    clients.emplace_back(weir.address(), 4096).send(support::get("/bytes/50000000"));
  }
  weir.wait_metric("weir_limit_hits_total{limit=\"buffer_per_stream\"}", kStalled);
  std::uint64_t most = growth.all();
  MESSAGE("resident in the burst, over before: " << most);
  CHECK(most >= 16 * kMega);
  clients.clear();
  weir.wait_metric("weir_connections_open", 0);
  wait_given_back(growth);
  CHECK(RawClient(weir.address()).get("/bytes/1000").status() == 200);
}

}  // namespace weir::memory
