#include "upstream/balancer_round_robin.h"

namespace weir::upstream {

void BalancerRoundRobin::set_candidates(std::span<EndpointSlot* const> candidates) {
  candidates_ = candidates;
}

EndpointSlot& BalancerRoundRobin::pick(std::uint64_t key) { return pick_among(candidates_, key); }

EndpointSlot& BalancerRoundRobin::pick_among(std::span<EndpointSlot* const> among, std::uint64_t) {
  EndpointSlot* best = nullptr;
  std::int64_t total = 0;
  for (EndpointSlot* slot : among) {
    slot->current_weight += slot->weight;
    total += slot->weight;
    if (best == nullptr || slot->current_weight > best->current_weight) best = slot;
  }
  best->current_weight -= total;
  return *best;
}

}  // namespace weir::upstream
