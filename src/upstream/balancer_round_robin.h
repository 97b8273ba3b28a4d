#pragma once

#include <cstdint>
#include <span>

#include "upstream/balancer.h"

namespace weir::upstream {

// Smooth weighted round robin, as nginx's: each pick raises everybody's current weight by its
// weight, takes the highest, and lowers that one by the sum. Spreads exactly by weight in each
// cycle, without bursts.
class BalancerRoundRobin final : public Balancer {
 public:
  void set_candidates(std::span<EndpointSlot* const> candidates) override;
  EndpointSlot& pick(std::uint64_t key) override;
  EndpointSlot& pick_among(std::span<EndpointSlot* const> among, std::uint64_t key) override;

 private:
  std::span<EndpointSlot* const> candidates_;
};

}  // namespace weir::upstream
