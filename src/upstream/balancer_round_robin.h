#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "upstream/balancer.h"

namespace weir::upstream {

// One step of nginx's smooth weighted round robin among these: each one's current weight is raised
// by its weight, the highest (of several, the first) is picked and lowered by the sum. Spreads
// exactly by weight, without bursts. Looks at all of them.
EndpointSlot& pick_smoothly(std::span<EndpointSlot* const> among);

// Behind a change of weights, or of who is among these: what they owe each other is brought to what
// it is worth now. Those that left took their part along, and weights were others; without it who
// comes, or became light, might wait for hundreds of picks.
void settle(std::span<EndpointSlot* const> among);

// Weighted round robin. Candidates of one weight take turns; where there are several weights, the
// smooth round robin chooses among those groups, each as heavy as its members together. So a pick
// looks at as many numbers as there are different weights; where all are different, the order is
// nginx's; and each whole cycle spreads exactly by weight. Who was picked, and who is owed a pick,
// is kept over changes of the candidates.
class BalancerRoundRobin final : public Balancer {
 public:
  // Begins as if `start` picks had been made before.
  explicit BalancerRoundRobin(unsigned start = 0) : start_(start) {}

  void set_candidates(std::span<EndpointSlot* const> candidates) override;
  void forget() override;
  EndpointSlot& pick(std::uint64_t key) override;
  EndpointSlot& pick_among(std::span<EndpointSlot* const> among, std::uint64_t key) override;

 private:
  // The candidates of one weight.
  struct Group {
    std::int64_t current = 0;
    std::int64_t weight = 0;  // of all together
    std::uint32_t begin = 0;  // in members_
    std::uint32_t count = 0;
    std::uint32_t next = 0;   // whose turn it is, from begin
    std::uint32_t first = 0;  // position of its first member among the candidates
  };
  void make_group(std::uint32_t begin, std::uint32_t end, std::uint32_t first);

  unsigned start_;
  std::uint64_t turn_ = 0;  // picks so far
  std::int64_t total_ = 0;  // of the weights
  std::vector<Group> groups_;
  std::vector<EndpointSlot*> members_;  // group by group, within each in the set's order
};

}  // namespace weir::upstream
