#include "upstream/balancer_round_robin.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

namespace weir::upstream {

namespace {

// A current weight, freed of its part, by weight, of what all together owe or are owed; one pick at
// most.
std::int64_t settled(std::int64_t current, std::int64_t weight, std::int64_t sum,
                     std::int64_t total) {
  double part = static_cast<double>(sum) * static_cast<double>(weight) / static_cast<double>(total);
  return std::clamp(current - static_cast<std::int64_t>(part), -total, total);
}

}  // namespace

EndpointSlot& pick_smoothly(std::span<EndpointSlot* const> among) {
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

void settle(std::span<EndpointSlot* const> among) {
  std::int64_t sum = 0;
  std::int64_t total = 0;
  for (const EndpointSlot* slot : among) {
    sum += slot->current_weight;
    total += slot->weight;
  }
  for (EndpointSlot* slot : among) {
    slot->current_weight = settled(slot->current_weight, slot->weight, sum, total);
  }
}

void BalancerRoundRobin::set_candidates(std::span<EndpointSlot* const> candidates) {
  forget();
  std::vector<std::uint32_t> order(candidates.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(candidates[a]->weight, a) < std::pair(candidates[b]->weight, b);
  });
  for (std::uint32_t position : order) members_.push_back(candidates[position]);
  total_ = 0;
  auto count = static_cast<std::uint32_t>(members_.size());
  for (std::uint32_t begin = 0, end = 0; begin < count; begin = end) {
    while (end < count && members_[end]->weight == members_[begin]->weight) ++end;
    make_group(begin, end, order[begin]);
  }
  std::int64_t sum = 0;
  for (const Group& group : groups_) sum += group.current;
  for (Group& group : groups_) group.current = settled(group.current, group.weight, sum, total_);
  // Among equals the first wins, so that their order matters.
  std::sort(groups_.begin(), groups_.end(),
            [](const Group& a, const Group& b) { return a.first < b.first; });
  for (unsigned skipped = std::exchange(start_, 0); skipped > 0; --skipped) pick(0);
}

void BalancerRoundRobin::make_group(std::uint32_t begin, std::uint32_t end, std::uint32_t first) {
  Group group;
  group.begin = begin;
  group.count = end - begin;
  group.first = first;
  group.weight = static_cast<std::int64_t>(members_[begin]->weight) * group.count;
  total_ += group.weight;
  // It goes on behind the one that was picked last.
  std::uint32_t last = begin;
  for (std::uint32_t i = begin; i < end; ++i) {
    group.current += std::exchange(members_[i]->current_weight, 0);
    if (members_[i]->picked_at > members_[last]->picked_at) last = i;
  }
  turn_ = std::max(turn_, members_[last]->picked_at);
  if (members_[last]->picked_at != 0) group.next = (last - begin + 1) % group.count;
  groups_.push_back(group);
}

// What a group is owed or owes goes with its members, in equal parts.
void BalancerRoundRobin::forget() {
  for (const Group& group : groups_) {
    std::int64_t part = group.current / group.count;
    for (std::uint32_t i = 0; i < group.count; ++i) {
      members_[group.begin + i]->current_weight += part;
    }
    members_[group.begin]->current_weight += group.current - part * group.count;
  }
  groups_.clear();
  members_.clear();
}

EndpointSlot& BalancerRoundRobin::pick(std::uint64_t) {
  Group* best = nullptr;
  for (Group& group : groups_) {
    group.current += group.weight;
    if (best == nullptr || group.current > best->current) best = &group;
  }
  best->current -= total_;
  EndpointSlot& slot = *members_[best->begin + best->next];
  if (++best->next == best->count) best->next = 0;
  slot.picked_at = ++turn_;
  return slot;
}

EndpointSlot& BalancerRoundRobin::pick_among(std::span<EndpointSlot* const> among, std::uint64_t) {
  return pick_smoothly(among);
}

}  // namespace weir::upstream
