#pragma once

#include <atomic>
#include <climits>
#include <cstdint>
#include <deque>

#include "base/clock.h"
#include "net/mailbox.h"

namespace weir::upstream {

class ObservedPool;
class WaitQueue;

// Who waits for a place on an endpoint of a full pool, over all workers: how many, and in which
// workers. Each worker has a WaitQueue of its own; the board bounds them together, and says whom a
// free place is for.
//
// No place stays free while somebody waits. Whoever begins to wait is shown here first and looks
// for a place again then; whoever gives a place back does so first and looks here then. All of that
// is in one order (sequentially consistent), so that one of the two sees the other. Any thread,
// but where a member says a worker.
class WaitBoard {
 public:
  // A worker keeps a free place for its own, unless elsewhere somebody has waited for so much
  // longer: to give it to another worker takes a letter, and nobody is to starve.
  static constexpr base::Duration kHeadStart{10};
  // Instead of a worker's number: the control thread.
  static constexpr unsigned kNoWorker = UINT_MAX;

  // For the workers 0 to `workers` - 1 of the pool, which owns the board.
  WaitBoard(ObservedPool& pool, unsigned workers) : pool_(pool), seats_(workers) {}

  // How many wait.
  [[nodiscard]] std::uint32_t waiting() const { return waiting_.load(); }
  [[nodiscard]] bool anybody() const { return waiting() != 0; }
  // One more waits, unless there are `most`, exactly over all workers. False: there are.
  bool enter(std::uint32_t most);
  // One less.
  void leave() { waiting_.fetch_sub(1); }

  // How that worker's loop is reached; null: all workers of the pool are on one thread. Its thread,
  // before the first show().
  void connect(unsigned worker, net::Mailbox* mailbox) { seats_[worker].mailbox = mailbox; }
  // The worker's first waiter is in `queue` and waits since then; kNever: nobody waits there. Its
  // thread.
  void show(unsigned worker, WaitQueue& queue, base::Stamp since);
  // A free place is for the first waiter of this worker.
  [[nodiscard]] bool is_next(unsigned worker) const { return next(worker) == worker; }
  // There may be a place: one worker looks for it, where anybody waits. `near`: the caller's, or
  // kNoWorker.
  void wake(unsigned near);

 private:
  class Call;
  struct alignas(64) Seat {
    std::atomic<base::Stamp> since{base::kNever};
    std::atomic<bool> called{false};  // a letter is on its way
    std::atomic<net::Mailbox*> mailbox{nullptr};
    WaitQueue* queue = nullptr;  // of the worker's thread; null: nobody waits in it
  };

  [[nodiscard]] unsigned next(unsigned near) const;
  void call(unsigned worker);
  void answer(unsigned worker);

  ObservedPool& pool_;
  alignas(64) std::atomic<std::uint32_t> waiting_{0};
  std::deque<Seat> seats_;  // by worker
};

}  // namespace weir::upstream
