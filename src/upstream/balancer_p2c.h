#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "upstream/balancer.h"

namespace weir::upstream {

// The power of two choices (Mitzenmacher 1996): two are drawn at random by weight, and the one with
// fewer leases over all workers, relative to weight, is picked (nginx, random two least_conn).
// Nearly as even as least_conn, at the same cost for any number of candidates.
class BalancerP2c final : public Balancer {
 public:
  // The draws follow from `seed`.
  explicit BalancerP2c(std::uint64_t seed) : state_(seed) {}

  void set_candidates(std::span<EndpointSlot* const> candidates) override;
  void forget() override { columns_.clear(); }
  EndpointSlot& pick(std::uint64_t key) override;
  EndpointSlot& pick_among(std::span<EndpointSlot* const> among, std::uint64_t key) override;

 private:
  // How often a second one is drawn that is not the first; where one has nearly all of the weight
  // there may be none.
  static constexpr int kDraws = 3;

  // A column of Walker's alias table: `own` below the threshold, else `other`.
  struct Column {
    EndpointSlot* own = nullptr;
    EndpointSlot* other = nullptr;
    std::uint64_t threshold = 0;  // of 2^32
  };
  std::uint64_t draw();
  EndpointSlot& draw_one();

  std::uint64_t state_;
  std::vector<Column> columns_;
};

}  // namespace weir::upstream
