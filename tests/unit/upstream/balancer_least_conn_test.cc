#include "upstream/balancer_least_conn.h"

#include <doctest/doctest.h>

#include "unit/upstream/slots.h"

namespace weir::upstream {

TEST_CASE("the one with the fewest leases is picked, whoever holds them") {
  Slots slots({1, 1, 1});
  BalancerLeastConn balancer;
  balancer.set_candidates(slots.all);
  slots.set_loads({3, 1, 2});
  CHECK(slots.picks(balancer, 3) == "bbb");
  slots.set_loads({0, 1, 2});
  CHECK(slots.picks(balancer, 3) == "aaa");
}

TEST_CASE("leases count relative to weight") {
  Slots slots({5, 1});
  BalancerLeastConn balancer;
  balancer.set_candidates(slots.all);
  slots.set_loads({4, 1});
  CHECK(slots.picks(balancer, 1) == "a");
  slots.set_loads({6, 1});
  CHECK(slots.picks(balancer, 1) == "b");
}

TEST_CASE("those that are level take turns by weight, as nginx") {
  Slots slots({3, 1});
  BalancerLeastConn balancer;
  balancer.set_candidates(slots.all);
  CHECK(slots.picks(balancer, 8) == "aabaaaba");
  slots.set_loads({3, 1});
  CHECK(slots.picks(balancer, 4) == "aaba");
}

TEST_CASE("among the level ones weights that changed are kept to at once") {
  Slots slots({1'000, 999, 1});
  BalancerLeastConn balancer;
  balancer.set_candidates(slots.all);
  slots.picks(balancer, 1);
  balancer.forget();
  for (std::size_t i = 0; i < 3; ++i) slots.all[i]->weight = static_cast<unsigned>(i + 1);
  balancer.set_candidates(slots.all);
  auto counts = slots.counts(balancer, 60);
  for (int i = 0; i < 3; ++i) {
    CHECK(counts[static_cast<char>('a' + i)] >= 10 * (i + 1) - 2);
    CHECK(counts[static_cast<char>('a' + i)] <= 10 * (i + 1) + 2);
  }
}

TEST_CASE("requests that stay are spread by the weights") {
  Slots slots({1, 2, 5});
  BalancerLeastConn balancer;
  balancer.set_candidates(slots.all);
  for (int i = 0; i < 80; ++i) balancer.pick(0).endpoint->enter();
  CHECK(slots.all[0]->endpoint->load() == 10);
  CHECK(slots.all[1]->endpoint->load() == 20);
  CHECK(slots.all[2]->endpoint->load() == 50);
}

TEST_CASE("workers without load begin one place further each") {
  Slots slots({1, 1, 1});
  BalancerLeastConn balancer(2);
  balancer.set_candidates(slots.all);
  CHECK(slots.picks(balancer, 4) == "cabc");
}

TEST_CASE("a choice among some looks at their leases only") {
  Slots slots({1, 1, 1});
  BalancerLeastConn balancer;
  balancer.set_candidates(slots.all);
  slots.set_loads({0, 5, 4});
  CHECK(slots.letter(balancer.pick_among(slots.of("bc"), 0)) == 'c');
}

TEST_CASE("who is not a candidate any more is not picked") {
  Slots slots({1, 1, 1});
  BalancerLeastConn balancer;
  balancer.set_candidates(slots.all);
  slots.picks(balancer, 2);
  balancer.set_candidates(slots.of("b"));
  slots.set_loads({0, 9, 0});
  CHECK(slots.picks(balancer, 2) == "bb");
}

}  // namespace weir::upstream
