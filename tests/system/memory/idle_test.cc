#include <doctest/doctest.h>

#include <list>

#include "system/memory/setup.h"

namespace weir::memory {

TEST_CASE("10,000 idle connections cost 512 bytes each, are all usable, and leave nothing" *
          doctest::skip(kUnmeasurable)) {
  constexpr std::size_t kWarm = 100;
  constexpr std::size_t kIdle = 10'000;
  raise_descriptor_limit();
  WeirProcess weir(
      "listen: \"127.0.0.1:0\"\nlimits: {connections: 20000}\n"
      "timeouts: {client_idle: 10m}\nroutes: [{respond: {status: 200, body: \"well\"}}]\n");
  std::list<RawClient> clients;
  auto come = [&](std::size_t count) {
    while (clients.size() < count) {
      REQUIRE(clients.emplace_back(weir.address()).get("/").status() == 200);
    }
    weir.wait_metric("weir_connections_open{state=\"idle\"}", static_cast<double>(count));
  };
  come(kWarm);
  // The tables of whoever watches are no connection's.
  for (int i = 0; i < 20; ++i) CHECK_FALSE(weir.metrics().empty());
  Growth growth(weir.process());
  come(kWarm + kIdle);
  // A second behind its request each gives up the stream that it had.
  std::uint64_t each = 0;
  auto rest = [&] { return (each = growth.each(kIdle)) <= 512; };
  CHECK_NOTHROW(support::wait_until("all to rest", rest, Milliseconds(5000)));
  MESSAGE("bytes of each idle connection: " << each);
  for (RawClient& client : clients) REQUIRE(client.get("/").status() == 200);
  clients.clear();
  weir.wait_metric("weir_connections_open", 0);
  wait_given_back(growth);
}

}  // namespace weir::memory
