#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <string>

#include "base/ref.h"
#include "upstream/stats.h"
#include "upstream/wait_board.h"

namespace weir::upstream {

// What is observed of a pool, over all workers and reloads: its counters, and that something about
// its endpoints has changed. Made once for a name by the control thread; whoever serves or watches
// the pool holds it. Any thread, as each member says.
class ObservedPool : public base::Shared {
 public:
  ObservedPool(std::string name, unsigned workers)
      : name_(std::move(name)), stats_(workers), board_(*this, workers) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] unsigned workers() const { return static_cast<unsigned>(stats_.size()); }
  // What a worker counts: written by that worker, read by any thread; never moves.
  PoolStats& stats(unsigned worker) { return stats_[worker]; }
  [[nodiscard]] const PoolStats& stats(unsigned worker) const { return stats_[worker]; }

  // Who waits for a place on one of its endpoints. Any thread.
  WaitBoard& board() { return board_; }

  // Counts up whenever it changed which endpoints may be picked: health, ejection, weight. Workers
  // look at it before each pick and at the endpoints only when it moved; of those who wait for a
  // place, somebody looks at once. In the board's one order. Any thread.
  [[nodiscard]] std::uint32_t changes() const { return changes_.load(); }
  void count_change() {
    changes_.fetch_add(1);
    if (board_.anybody()) board_.wake(WaitBoard::kNoWorker);
  }

 private:
  std::string name_;
  std::deque<PoolStats> stats_;  // by worker
  WaitBoard board_;
  alignas(64) std::atomic<std::uint32_t> changes_{0};
};

}  // namespace weir::upstream
