#include "upstream/balancer_hash.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

#include "base/hash.h"

namespace weir::upstream {

void BalancerHash::forget() {
  candidates_.clear();
  points_.clear();
}

// Sorting all points takes as long as thousands of requests: what stays is kept in order, and what
// comes is merged.
void BalancerHash::set_candidates(std::span<EndpointSlot* const> candidates) {
  weights_ = 0;
  for (const EndpointSlot* slot : candidates) weights_ += slot->weight;
  unsigned shift = 0;
  while ((weights_ * kPoints >> shift) > kPointsMax) ++shift;
  if (shift != shift_) forget();
  shift_ = shift;
  renumber(candidates);
  std::vector<bool> known(candidates.size());
  for (Point point : points_) known[point & kIndexMask] = true;
  candidates_.assign(candidates.begin(), candidates.end());
  auto sorted = static_cast<std::ptrdiff_t>(points_.size());
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (!known[i]) add_points(i);
  }
  std::sort(points_.begin() + sorted, points_.end());
  std::inplace_merge(points_.begin(), points_.begin() + sorted, points_.end());
  index_points();
  wanted_.assign(candidates_.size(), false);
  summed_for_ = 0;
}

// Gives the points their candidates' new indices, and drops those of candidates that are gone. The
// order of candidates is always that of the set, so that sorted points stay sorted.
void BalancerHash::renumber(std::span<EndpointSlot* const> candidates) {
  constexpr std::uint64_t kGone = kIndexMask;
  std::unordered_map<const EndpointSlot*, std::uint64_t> now;
  for (std::size_t i = 0; i < candidates.size(); ++i) now.emplace(candidates[i], i);
  std::vector<std::uint64_t> to;
  for (const EndpointSlot* slot : candidates_) {
    auto found = now.find(slot);
    to.push_back(found == now.end() ? kGone : found->second);
  }
  std::size_t kept = 0;
  for (Point point : points_) {
    std::uint64_t index = to[point & kIndexMask];
    if (index != kGone) points_[kept++] = (point & ~kIndexMask) | index;
  }
  points_.resize(kept);
}

void BalancerHash::add_points(std::size_t index) {
  const EndpointSlot& slot = *candidates_[index];
  std::size_t count = std::max<std::size_t>(slot.weight * kPoints >> shift_, 1);
  std::uint64_t place = base::hash_of(slot.endpoint->text());
  for (std::size_t i = 0; i < count; ++i) {
    place += base::kStep;
    points_.push_back((base::mix(place) & ~kIndexMask) | index);
  }
}

// Points lie at random, so that equal parts have nearly equally many: four to eight, a cache line.
void BalancerHash::index_points() {
  auto bits = static_cast<unsigned>(std::bit_width(points_.size() / 8));
  // Two parts at least: a shift by all 64 bits is none.
  part_shift_ = 64 - std::max(bits, 1U);
  parts_.clear();
  std::uint32_t point = 0;
  for (std::uint64_t part = 0; part <= ~std::uint64_t{0} >> part_shift_; ++part) {
    while (point < points_.size() && points_[point] >> part_shift_ < part) ++point;
    parts_.push_back(point);
  }
}

// The point that the key belongs to.
std::size_t BalancerHash::find(std::uint64_t key) {
  if (key == 0) key = base::mix(++keyless_);
  key &= ~kIndexMask;
  std::size_t point = parts_[key >> part_shift_];
  while (point < points_.size() && points_[point] < key) ++point;
  return point == points_.size() ? 0 : point;
}

// A candidate may have one lease more where it has fewer than its share of all leases and this one.
bool BalancerHash::below_bound(const EndpointSlot& slot) const {
  std::uint64_t share = (loads_ + 1) * slot.weight * bounded_percent_;
  std::uint64_t whole = weights_ * 100;
  return slot.endpoint->load() < (share + whole - 1) / whole;
}

// The sum may be as old as it takes to spread its cost, which hardly changes a share of it.
void BalancerHash::sum_up() {
  if (summed_for_ > 0) {
    --summed_for_;
    return;
  }
  loads_ = 0;
  for (const EndpointSlot* slot : candidates_) loads_ += slot->endpoint->load();
  summed_for_ = candidates_.size() / 16;
}

EndpointSlot& BalancerHash::pick(std::uint64_t key) {
  std::size_t own = find(key);
  if (bounded_percent_ == 0) return at(own);
  sum_up();
  std::size_t point = own;
  for (std::size_t passed = std::min(points_.size(), kPassedMax); passed > 0; --passed) {
    if (below_bound(at(point))) return at(point);
    if (++point == points_.size()) point = 0;
  }
  return at(own);
}

// Marks those of `among`, or of these only who are below their bound. False: nobody is.
bool BalancerHash::want(std::span<EndpointSlot* const> among, bool below) {
  bool any = false;
  std::size_t next = 0;
  // Both in the set's order.
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    bool one = next < among.size() && candidates_[i] == among[next];
    if (one) ++next;
    wanted_[i] = one && (!below || below_bound(*candidates_[i]));
    any = any || wanted_[i];
  }
  return any;
}

EndpointSlot& BalancerHash::pick_among(std::span<EndpointSlot* const> among, std::uint64_t key) {
  if (bounded_percent_ != 0) sum_up();
  if (bounded_percent_ == 0 || !want(among, true)) want(among, false);
  std::size_t point = find(key);
  for (std::size_t passed = 0; passed < points_.size(); ++passed) {
    if (wanted_[points_[point] & kIndexMask]) return at(point);
    if (++point == points_.size()) point = 0;
  }
  return *among.front();
}

}  // namespace weir::upstream
