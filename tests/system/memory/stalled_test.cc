#include <doctest/doctest.h>

#include <list>

#include "system/memory/setup.h"

namespace weir::memory {

namespace {

constexpr std::size_t kPairs = 40;
constexpr std::uint64_t kWindow = 256 * kKilo;
// A pair has a window in each direction; beside them each side's objects, and what one read brings.
constexpr std::uint64_t kMost = 2 * kWindow + 64 * kKilo;

const std::string kHits = "weir_limit_hits_total{limit=\"buffer_per_stream\"}";

std::string config_to(const std::string& address) {
  return "listen: \"127.0.0.1:0\"\nlimits: {buffer_per_stream: 256k}\n"
         "timeouts: {client_write: 10m, client_body: 10m}\n"
         "upstreams: {app: {endpoints: [\"" +
         address + "\"], timeouts: {read: 10m, write: 10m}}}\n";
}

}  // namespace

TEST_CASE("a client that stops reading costs at most the windows of its pair" *
          doctest::skip(kUnmeasurable)) {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address()));
  CHECK(RawClient(weir.address()).get("/bytes/1000").status() == 200);
  Growth growth(weir.process());
  std::list<RawClient> clients;
  for (std::size_t i = 0; i < kPairs; ++i) {
    clients.emplace_back(weir.address(), 4096).send(support::get("/bytes/100000000"));
  }
  weir.wait_metric(kHits, kPairs);
  std::uint64_t each = growth.each(kPairs);
  MESSAGE("bytes of each pair whose client does not read: " << each);
  CHECK(each <= kMost);
  clients.clear();
  weir.wait_metric("weir_http_requests_in_flight", 0);
}

}  // namespace weir::memory
