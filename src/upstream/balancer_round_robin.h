#pragma once

#include <span>

#include "upstream/pool.h"

namespace weir::upstream {

// nginx's smooth weighted round robin: over any run of picks each endpoint gets its share by
// weight, and a heavy one is spread over the run instead of getting its share at once. The state is
// EndpointSlot::current_weight, which only moves where the endpoint could have been picked. One
// thread.
class BalancerRoundRobin final : public Balancer {
 public:
  EndpointSlot& pick(std::span<EndpointSlot* const> candidates) override;
};

}  // namespace weir::upstream
