#include "upstream/balancer_round_robin.h"

#include <cstdint>

namespace weir::upstream {

EndpointSlot& BalancerRoundRobin::pick(std::span<EndpointSlot* const> candidates) {
  EndpointSlot* best = nullptr;
  std::int64_t total = 0;
  for (EndpointSlot* slot : candidates) {
    slot->current_weight += slot->weight;
    total += slot->weight;
    if (best == nullptr || slot->current_weight > best->current_weight) best = slot;
  }
  best->current_weight -= total;
  return *best;
}

}  // namespace weir::upstream
