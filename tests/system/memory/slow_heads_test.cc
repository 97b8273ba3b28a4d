#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <list>
#include <vector>

#include "system/memory/setup.h"

namespace weir::memory {

namespace {

using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::microseconds;

// How long a request of somebody else took, each of 200; `between` is called after every tenth.
template <class Between>
std::vector<Microseconds> ask(RawClient& client, Between between) {
  std::vector<Microseconds> took;
  while (took.size() < 200) {
    if (took.size() % 10 == 0) between();
    auto asked = Clock::now();
    REQUIRE(client.get("/").status() == 200);
    took.push_back(std::chrono::duration_cast<Microseconds>(Clock::now() - asked));
  }
  std::sort(took.begin(), took.end());
  return took;
}

}  // namespace

TEST_CASE("1,000 clients that send their heads slowly: nobody else waits, and they are closed") {
  constexpr std::size_t kSlow = 1000;
  constexpr Milliseconds kTime{3000};
  raise_descriptor_limit();
  WeirProcess weir(
      "listen: \"127.0.0.1:0\"\ntimeouts: {client_header: 3s}\n"
      "routes: [{respond: {status: 200, body: \"well\"}}]\n");
  RawClient quick(weir.address());
  std::vector<Microseconds> alone = ask(quick, [] {});
  Growth growth(weir.process());
  auto begun = Clock::now();
  std::list<RawClient> slow;
  while (slow.size() < kSlow) slow.emplace_back(weir.address()).send("GET / HTTP/1.1\r\nHo");
  weir.wait_metric("weir_connections_open{state=\"active\"}", kSlow);
  std::uint64_t each = growth.each(kSlow);
  // A byte on each now and then, in front of somebody's request.
  std::vector<Microseconds> beside = ask(quick, [&] {
    for (RawClient& client : slow) client.try_send("s");
  });
  MESSAGE("a quick request, alone and beside them, us: median "
          << alone[100].count() << ", " << beside[100].count() << "; of twenty the slowest "
          << alone[190].count() << ", " << beside[190].count());
  CHECK(beside[100] <= alone[100] + Milliseconds(5));
  // One of ten comes behind a thousand reads.
  CHECK(beside[190] <= alone[190] + Milliseconds(100));
  // Bytes that came moved nobody's deadline, which began with the connection.
  CHECK(Clock::now() - begun < kTime + std::chrono::seconds(5));
  weir.wait_metric("weir_timeouts_total{phase=\"client_header\"}", kSlow);
  CHECK(Clock::now() - begun < kTime + std::chrono::seconds(8));
  for (RawClient& client : slow) {
    client.shut_down();
    REQUIRE(client.read_to_end().starts_with("HTTP/1.1 408 "));
  }
  weir.wait_metric("weir_connections_open", 1);
  CHECK(quick.get("/").status() == 200);
  if (kUnmeasurable) return;
  MESSAGE("bytes of each slow head: " << each);
  CHECK(each <= 24 * kKilo);
}

}  // namespace weir::memory
