#include "upstream/balancer_p2c.h"

#include <cstddef>

#include "base/hash.h"

namespace weir::upstream {

namespace {

constexpr std::uint64_t kWhole = 1ULL << 32;

// The upper half of `random` as a number below `bound`, which has 32 bits.
std::uint64_t below(std::uint64_t bound, std::uint64_t random) {
  return (random >> 32) * bound >> 32;
}

// The one with fewer leases relative to weight; of two that are level, the first.
EndpointSlot& lighter(EndpointSlot& first, EndpointSlot& second) {
  std::uint64_t a = static_cast<std::uint64_t>(first.endpoint->load()) * second.weight;
  std::uint64_t b = static_cast<std::uint64_t>(second.endpoint->load()) * first.weight;
  return b < a ? second : first;
}

// The one at `at` when the weights stand in a row.
EndpointSlot& at_weight(std::span<EndpointSlot* const> among, std::uint64_t at) {
  std::size_t i = 0;
  while (i + 1 < among.size() && at >= among[i]->weight) at -= among[i++]->weight;
  return *among[i];
}

}  // namespace

// Vose's method: a column that has too little is filled up by one that has too much.
void BalancerP2c::set_candidates(std::span<EndpointSlot* const> candidates) {
  std::uint64_t total = 0;
  for (const EndpointSlot* slot : candidates) total += slot->weight;
  columns_.clear();
  std::vector<std::uint64_t> shares;  // of each, where `total` fills a column
  std::vector<std::size_t> small;
  std::vector<std::size_t> large;
  for (EndpointSlot* slot : candidates) {
    shares.push_back(slot->weight * candidates.size());
    (shares.back() < total ? small : large).push_back(columns_.size());
    columns_.push_back({slot, slot, kWhole});
  }
  while (!small.empty() && !large.empty()) {
    std::size_t poor = small.back();
    std::size_t rich = large.back();
    small.pop_back();
    columns_[poor].other = columns_[rich].own;
    columns_[poor].threshold = static_cast<std::uint64_t>(static_cast<double>(shares[poor]) /
                                                          static_cast<double>(total) * kWhole);
    shares[rich] -= total - shares[poor];
    if (shares[rich] >= total) continue;
    large.pop_back();
    small.push_back(rich);
  }
}

std::uint64_t BalancerP2c::draw() { return base::mix(state_ += base::kStep); }

EndpointSlot& BalancerP2c::draw_one() {
  std::uint64_t random = draw();
  const Column& column = columns_[below(columns_.size(), random)];
  return (random & (kWhole - 1)) < column.threshold ? *column.own : *column.other;
}

EndpointSlot& BalancerP2c::pick(std::uint64_t) {
  if (columns_.size() == 1) return *columns_.front().own;
  EndpointSlot& first = draw_one();
  for (int i = 0; i < kDraws; ++i) {
    EndpointSlot& second = draw_one();
    if (&second != &first) return lighter(first, second);
  }
  return first;
}

EndpointSlot& BalancerP2c::pick_among(std::span<EndpointSlot* const> among, std::uint64_t) {
  std::uint64_t total = 0;
  for (const EndpointSlot* slot : among) total += slot->weight;
  EndpointSlot& first = at_weight(among, draw() % total);
  for (int i = 0; i < kDraws; ++i) {
    EndpointSlot& second = at_weight(among, draw() % total);
    if (&second != &first) return lighter(first, second);
  }
  return first;
}

}  // namespace weir::upstream
