#include "upstream/balancer.h"

#include "base/hash.h"
#include "upstream/balancer_hash.h"
#include "upstream/balancer_least_conn.h"
#include "upstream/balancer_p2c.h"
#include "upstream/balancer_round_robin.h"

namespace weir::upstream {

std::unique_ptr<Balancer> make_balancer(const BalanceOptions& options, unsigned worker) {
  switch (options.by) {
    case BalanceBy::kLeastConn:
      return std::make_unique<BalancerLeastConn>(worker);
    case BalanceBy::kP2c:
      return std::make_unique<BalancerP2c>(base::mix(worker + base::kStep));
    case BalanceBy::kHash:
    case BalanceBy::kIpHash:
      return std::make_unique<BalancerHash>(options.bounded_percent);
    case BalanceBy::kRoundRobin:
      break;
  }
  return std::make_unique<BalancerRoundRobin>(worker);
}

}  // namespace weir::upstream
