#pragma once

#include "base/clock.h"
#include "base/list.h"
#include "net/turn.h"
#include "net/wheel.h"

namespace weir::upstream {

class Pool;
class WaitQueue;

// Waits in a WaitQueue for a place. Destroying it leaves the queue. One thread.
class Waiter : public base::ListHook<Waiter> {
 public:
  // It is this one's turn, and there may be a place. True: the wait is over, however it ended, and
  // it has left the queue. False: there is no place, and it keeps its turn. At the end of a turn,
  // inside of nobody's call; it may pick, lease, answer, and have any other waiter leave.
  virtual bool on_place() = 0;
  // Leaves the queue; nothing where it is in none.
  void leave();

 protected:
  virtual ~Waiter() { leave(); }

 private:
  friend class WaitQueue;
  WaitQueue* queue_ = nullptr;
  base::Stamp since_ = 0;
};

// Those who wait, in one worker, for a place on an endpoint of its pool: first come, first served.
// A part of the pool; WaitBoard joins the workers' queues. One thread.
class WaitQueue final : public net::Deferred, public net::DeadlineEvents {
 public:
  explicit WaitQueue(Pool& pool);
  // Nobody waits any more.
  ~WaitQueue();
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;

  [[nodiscard]] bool empty() const { return waiters_.empty(); }
  // The waiter waits behind the others. False: as many as the pool's queue.size wait already, over
  // all workers.
  bool add(Waiter& waiter);
  // There may be a place: when the turn ends the first are asked, until one finds none or others,
  // elsewhere, have waited for longer.
  void look();

  void on_turn_end() override;
  void on_deadline(net::Deadline& deadline) override;

 private:
  friend class Waiter;
  void remove(Waiter& waiter);
  void show();

  Pool& pool_;
  base::List<Waiter> waiters_;
  net::Deadline return_;  // of an endpoint that is put aside: nobody tells of it
};

}  // namespace weir::upstream
