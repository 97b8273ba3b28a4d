#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "upstream/balancer.h"

namespace weir::upstream {

// The fewest leases over all workers, relative to weight; those that are level take turns by the
// smooth round robin (nginx, least_conn). A scan. Two workers that pick at once do not see each
// other, so that it may be off by one for each other worker.
class BalancerLeastConn final : public Balancer {
 public:
  // Begins as if `start` picks had been made before.
  explicit BalancerLeastConn(unsigned start = 0) : start_(start) {}

  void set_candidates(std::span<EndpointSlot* const> candidates) override;
  void forget() override { candidates_.clear(); }
  EndpointSlot& pick(std::uint64_t key) override { return pick_among(candidates_, key); }
  EndpointSlot& pick_among(std::span<EndpointSlot* const> among, std::uint64_t key) override;

 private:
  unsigned start_;
  std::vector<EndpointSlot*> candidates_;
  std::vector<EndpointSlot*> level_;  // scratch: those that have the fewest
};

}  // namespace weir::upstream
