#include "upstream/balancer_least_conn.h"

#include <utility>

#include "upstream/balancer_round_robin.h"

namespace weir::upstream {

void BalancerLeastConn::set_candidates(std::span<EndpointSlot* const> candidates) {
  candidates_.assign(candidates.begin(), candidates.end());
  level_.reserve(candidates.size());
  settle(candidates_);
  for (unsigned skipped = std::exchange(start_, 0); skipped > 0; --skipped) {
    pick_smoothly(candidates_);
  }
}

EndpointSlot& BalancerLeastConn::pick_among(std::span<EndpointSlot* const> among, std::uint64_t) {
  level_.clear();
  std::uint64_t load = 0;
  std::uint64_t weight = 1;
  for (EndpointSlot* slot : among) {
    // load / weight of both, without dividing.
    std::uint64_t mine = slot->endpoint->load() * weight;
    std::uint64_t best = load * slot->weight;
    if (level_.empty() || mine < best) {
      level_.clear();
      load = slot->endpoint->load();
      weight = slot->weight;
    } else if (mine > best) {
      continue;
    }
    level_.push_back(slot);
  }
  return level_.size() == 1 ? *level_.front() : pick_smoothly(level_);
}

}  // namespace weir::upstream
