#include <doctest/doctest.h>

#include <list>

#include "system/memory/setup.h"

namespace weir::memory {

TEST_CASE("10,000 idle connections cost little each, and the next 10,000 nothing more" *
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
  Growth growth(weir.process());
  come(kWarm + kIdle);
  // What each holds, and the stream that it had when all came at once, whose memory is free for
  // others a second later and still resident.
  std::uint64_t each = growth.each(kIdle);
  MESSAGE("bytes of each idle connection: " << each);
  CHECK(each <= 672);
  for (RawClient& client : clients) REQUIRE(client.get("/").status() == 200);
  clients.clear();
  weir.wait_metric("weir_connections_open", 0);
  // The memory of those that have gone serves those that come.
  come(kIdle);
  CHECK(growth.each(kIdle) <= 672);
}

}  // namespace weir::memory
