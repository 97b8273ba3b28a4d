#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "upstream/balancer.h"

namespace weir::upstream {

// Consistent hashing: candidates have points on a ring by their text (160 for each unit of weight,
// as ketama and nginx's `hash ... consistent`), and a key belongs to the next point. So a candidate
// that goes or comes moves its own keys and no others, and every weir with the same endpoints picks
// alike. Requests without a key (0) are spread by chance.
//
// Bounded (Mirrokni, Thorup and Zadimoghaddam 2018): nobody gets more than so many percent of the
// average load, relative to weight; where the key's own endpoint is there, the next one on the ring
// that is not takes the request.
class BalancerHash final : public Balancer {
 public:
  // Points of a candidate for each unit of weight, and about the most of all together: beyond it
  // everybody has fewer, by a power of two.
  static constexpr std::size_t kPoints = 160;
  static constexpr std::size_t kPointsMax = std::size_t{1} << 18;

  // `bounded_percent` 0: no bound.
  explicit BalancerHash(unsigned bounded_percent) : bounded_percent_(bounded_percent) {}

  void set_candidates(std::span<EndpointSlot* const> candidates) override;
  void forget() override;
  EndpointSlot& pick(std::uint64_t key) override;
  EndpointSlot& pick_among(std::span<EndpointSlot* const> among, std::uint64_t key) override;

 private:
  // Place on the ring in the upper bits, the candidate's index in the lower ones: sorted as
  // numbers.
  using Point = std::uint64_t;
  static constexpr unsigned kIndexBits = 24;
  static constexpr std::uint64_t kIndexMask = (1ULL << kIndexBits) - 1;
  // Points that are passed in search of a candidate below its bound.
  static constexpr std::size_t kPassedMax = 4096;

  [[nodiscard]] EndpointSlot& at(std::size_t point) const {
    return *candidates_[points_[point] & kIndexMask];
  }
  void add_points(std::size_t index);
  void index_points();
  void renumber(std::span<EndpointSlot* const> candidates);
  std::size_t find(std::uint64_t key);
  [[nodiscard]] bool below_bound(const EndpointSlot& slot) const;
  void sum_up();
  bool want(std::span<EndpointSlot* const> among, bool below);

  unsigned bounded_percent_;
  unsigned shift_ = 0;
  std::vector<EndpointSlot*> candidates_;
  std::vector<Point> points_;
  // Where each of so many equal parts of the ring begins among the points, so that the search for a
  // key's point takes a few steps, however many there are.
  std::vector<std::uint32_t> parts_;
  unsigned part_shift_ = 0;     // a place on the ring, shifted so, is the number of its part
  std::uint64_t keyless_ = 0;   // requests without a key
  std::uint64_t weights_ = 0;   // of all candidates
  std::uint64_t loads_ = 0;     // of all candidates, when they were summed up
  std::size_t summed_for_ = 0;  // picks for which that is good
  std::vector<bool> wanted_;    // scratch of pick_among
};

}  // namespace weir::upstream
