#include "upstream/wait_board.h"

#include <memory>

#include "base/ref.h"
#include "upstream/observed_pool.h"
#include "upstream/wait_queue.h"

namespace weir::upstream {

// "Look for a place", on its way to a worker's loop.
class WaitBoard::Call final : public net::Letter {
 public:
  Call(ObservedPool& pool, unsigned worker) : pool_(&pool), worker_(worker) {}
  void open() override { pool_->board().answer(worker_); }

 private:
  const base::SharedRef<ObservedPool> pool_;
  const unsigned worker_;
};

bool WaitBoard::enter(std::uint32_t most) {
  std::uint32_t waiting = waiting_.load();
  do {
    if (waiting >= most) return false;
  } while (!waiting_.compare_exchange_weak(waiting, waiting + 1));
  return true;
}

void WaitBoard::show(unsigned worker, WaitQueue& queue, base::Stamp since) {
  Seat& seat = seats_[worker];
  bool empty = since == base::kNever;
  seat.queue = empty ? nullptr : &queue;
  seat.since.store(since);
  // The letter finds nobody, and the worker may end before it is opened: somebody else looks.
  if (empty && seat.called.load()) wake(worker);
}

// The worker whose first waiter a place is for; kNoWorker: nobody waits.
unsigned WaitBoard::next(unsigned near) const {
  unsigned worker = kNoWorker;
  base::Stamp since = base::kNever;
  for (unsigned i = 0; i < seats_.size(); ++i) {
    base::Stamp its = seats_[i].since.load();
    if (its >= since) continue;
    worker = i;
    since = its;
  }
  if (near == kNoWorker || worker == near || worker == kNoWorker) return worker;
  base::Stamp own = seats_[near].since.load();
  return own != base::kNever && own <= base::after(since, kHeadStart) ? near : worker;
}

void WaitBoard::wake(unsigned near) {
  for (;;) {
    unsigned worker = next(near);
    if (worker == kNoWorker) return;
    Seat& seat = seats_[worker];
    if (worker == near || seat.mailbox.load() == nullptr) return seat.queue->look();
    call(worker);
    // Whoever left meanwhile has either seen that it was called, or is seen here.
    if (seat.since.load() != base::kNever) return;
  }
}

// One letter at a time: whoever opens it looks for all places that are free by then.
void WaitBoard::call(unsigned worker) {
  Seat& seat = seats_[worker];
  if (seat.called.exchange(true)) return;
  seat.mailbox.load()->post(std::make_unique<Call>(pool_, worker));
}

void WaitBoard::answer(unsigned worker) {
  Seat& seat = seats_[worker];
  seat.called.store(false);
  if (seat.queue != nullptr) seat.queue->look();
}

}  // namespace weir::upstream
