#include "upstream/balancer_p2c.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "unit/upstream/slots.h"

namespace weir::upstream {

namespace {

void check_share(int count, int of, double share) {
  CHECK(count > of * share * 0.95 - 30);
  CHECK(count < of * share * 1.05 + 30);
}

}  // namespace

TEST_CASE("without load the draw follows the weights") {
  Slots slots({1, 2, 5, 0x7fff});
  BalancerP2c balancer(1);
  balancer.set_candidates(slots.of("abc"));
  auto counts = slots.counts(balancer, 80'000);
  check_share(counts['a'], 80'000, 1.0 / 8);
  check_share(counts['b'], 80'000, 2.0 / 8);
  check_share(counts['c'], 80'000, 5.0 / 8);
  balancer.set_candidates(slots.all);
  counts = slots.counts(balancer, 80'000);
  CHECK(counts['d'] > 79'900);
}

TEST_CASE("of two the one with fewer leases relative to weight is picked") {
  Slots slots({1, 1});
  BalancerP2c balancer(2);
  balancer.set_candidates(slots.all);
  slots.set_loads({3, 2});
  // Now and then the same one is drawn each time.
  CHECK(slots.counts(balancer, 1'000)['b'] > 900);
  slots.set_loads({2, 3});
  CHECK(slots.counts(balancer, 1'000)['a'] > 900);
  Slots heavy({4, 1});
  BalancerP2c other(2);
  other.set_candidates(heavy.all);
  heavy.set_loads({3, 1});
  CHECK(heavy.counts(other, 1'000)['a'] > 900);
}

TEST_CASE("requests that stay are spread nearly evenly") {
  Slots slots(std::vector<unsigned>(100, 1));
  BalancerP2c balancer(3);
  balancer.set_candidates(slots.all);
  for (int i = 0; i < 2'000; ++i) balancer.pick(0).endpoint->enter();
  std::uint32_t most = 0;
  for (auto* slot : slots.all) most = std::max(most, slot->endpoint->load());
  // One random draw would leave about 33 on the fullest.
  CHECK(most <= 24);
}

TEST_CASE("the draws follow from the seed, and workers have different ones") {
  Slots slots({1, 1, 1, 1});
  BalancerP2c one(5);
  BalancerP2c same(5);
  BalancerP2c other(6);
  for (auto* balancer : {&one, &same, &other}) balancer->set_candidates(slots.all);
  std::string picks = slots.picks(one, 100);
  CHECK(slots.picks(same, 100) == picks);
  CHECK(slots.picks(other, 100) != picks);
}

TEST_CASE("a lone candidate is picked") {
  Slots slots({3, 1});
  BalancerP2c balancer(4);
  balancer.set_candidates(slots.of("b"));
  CHECK(slots.picks(balancer, 3) == "bbb");
}

TEST_CASE("a choice among some follows weights and leases") {
  Slots slots({1, 3, 9});
  BalancerP2c balancer(7);
  balancer.set_candidates(slots.all);
  auto some = slots.of("ab");
  int b = 0;
  for (int i = 0; i < 40'000; ++i) b += &balancer.pick_among(some, 0) == some[1] ? 1 : 0;
  check_share(b, 40'000, 0.75);
  slots.set_loads({5, 1, 0});
  b = 0;
  for (int i = 0; i < 1'000; ++i) b += &balancer.pick_among(some, 0) == some[1] ? 1 : 0;
  CHECK(b > 950);
  CHECK(&balancer.pick_among(std::span(some).first(1), 0) == some[0]);
}

TEST_CASE("any number of candidates and the largest weights are drawn from rightly") {
  std::vector<unsigned> weights(1000);
  std::iota(weights.begin(), weights.end(), 64'536U);
  weights[0] = 1;
  Slots slots(weights);
  BalancerP2c balancer(9);
  balancer.set_candidates(slots.all);
  std::map<EndpointSlot*, int> counts;
  for (int i = 0; i < 100'000; ++i) ++counts[&balancer.pick(0)];
  CHECK(counts.size() >= 999);
  for (std::size_t i = 1; i < slots.all.size(); ++i) CHECK(counts[slots.all[i]] > 40);
}

}  // namespace weir::upstream
