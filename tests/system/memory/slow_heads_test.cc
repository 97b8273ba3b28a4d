#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <list>
#include <vector>

#include "system/memory/setup.h"

namespace weir::memory {

TEST_CASE("1,000 clients that send their heads slowly: nobody else waits, and they are closed") {
  using Clock = std::chrono::steady_clock;
  constexpr std::size_t kSlow = 1000;
  raise_descriptor_limit();
  WeirProcess weir(
      "listen: \"127.0.0.1:0\"\ntimeouts: {client_header: 3s, linger: 0}\n"
      "routes: [{respond: {status: 200, body: \"well\"}}]\n");
  RawClient quick(weir.address());
  CHECK(quick.get("/").status() == 200);
  Growth growth(weir.process());
  auto begun = Clock::now();
  std::list<RawClient> slow;
  while (slow.size() < kSlow) slow.emplace_back(weir.address()).send("GET / HTTP/1.1\r\nHo");
  weir.wait_metric("weir_connections_open{state=\"active\"}", kSlow);
  std::uint64_t each = growth.each(kSlow);
  // A byte on each now and then, while somebody else asks.
  std::vector<Milliseconds> waited;
  for (int round = 0; round < 10; ++round) {
    for (RawClient& client : slow) client.try_send("s");
    for (int i = 0; i < 20; ++i) {
      auto asked = Clock::now();
      CHECK(quick.get("/").status() == 200);
      waited.push_back(std::chrono::duration_cast<Milliseconds>(Clock::now() - asked));
    }
  }
  std::sort(waited.begin(), waited.end());
  MESSAGE("median of a quick request: " << waited[waited.size() / 2].count() << " ms");
  CHECK(waited[waited.size() / 2] <= Milliseconds(20));
  weir.wait_metric("weir_timeouts_total{phase=\"client_header\"}", kSlow);
  CHECK(Clock::now() - begun < std::chrono::seconds(15));
  CHECK(quick.get("/").status() == 200);
  if (kUnmeasurable) return;
  MESSAGE("bytes of each slow head: " << each);
  CHECK(each <= 24 * kKilo);
}

}  // namespace weir::memory
