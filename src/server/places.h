#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "base/list.h"

namespace weir::server {

// Places for connections, counted exactly over all workers: one of these for each bound, that of
// the process and that of each listener. Touched when a connection comes and when it goes, by
// atomics; a lock is taken only while somebody waits. Any thread.
//
// No place stays free while somebody waits: who waits is in the list first and looks again then;
// who gives a place back does so first and looks for waiters then, all in one order.
class Places {
 public:
  // Somebody who waits for a place. Waits at one bound at a time.
  class Waiter : public base::ListHook<Waiter> {
   public:
    // There may be a place: it is this one's turn to look. It waits no longer, and passes the turn
    // on (call_next) where it does not look. Any thread, with the places locked: may only leave a
    // note.
    virtual void call() = 0;

   protected:
    ~Waiter() = default;
  };

  // One more connection, unless there are `most`; 0: no bound.
  bool take(std::uint64_t most);
  // The same. False: the waiter is called when there may be a place, after those who waited before.
  bool take_or_wait(std::uint64_t most, Waiter& waiter);
  // One less; whose turn it is is called.
  void give_back();
  // Waits no longer. False: it did not wait any more, for it was called.
  bool leave(Waiter& waiter);
  // It is the next one's turn, where anybody waits.
  void call_next();
  [[nodiscard]] std::uint64_t taken() const { return taken_.load(); }

 private:
  alignas(64) std::atomic<std::uint64_t> taken_{0};
  std::atomic<std::uint32_t> waiting_{0};  // how many are in the list
  std::mutex mutex_;
  base::List<Waiter> waiters_;
};

}  // namespace weir::server
