#include "upstream/balancer.h"

#include <doctest/doctest.h>

#include "unit/upstream/slots.h"
#include "upstream/balancer_hash.h"
#include "upstream/balancer_least_conn.h"
#include "upstream/balancer_p2c.h"
#include "upstream/balancer_round_robin.h"

namespace weir::upstream {

namespace {

template <class Kind>
bool makes(BalanceBy by) {
  BalanceOptions options;
  options.by = by;
  return dynamic_cast<Kind*>(make_balancer(options, 0).get()) != nullptr;
}

}  // namespace

TEST_CASE("each way to balance has its balancer") {
  CHECK(makes<BalancerRoundRobin>(BalanceBy::kRoundRobin));
  CHECK(makes<BalancerLeastConn>(BalanceBy::kLeastConn));
  CHECK(makes<BalancerP2c>(BalanceBy::kP2c));
  CHECK(makes<BalancerHash>(BalanceBy::kHash));
  CHECK(makes<BalancerHash>(BalanceBy::kIpHash));
}

TEST_CASE("workers begin at different endpoints") {
  Slots slots({1, 1, 1});
  auto first = make_balancer({}, 0);
  auto second = make_balancer({}, 1);
  first->set_candidates(slots.all);
  CHECK(slots.picks(*first, 3) == "abc");
  second->set_candidates(slots.all);
  // Where the first one went on.
  CHECK(slots.picks(*second, 3) == "bca");
}

}  // namespace weir::upstream
