#include "upstream/wait_queue.h"

#include <cassert>

#include "upstream/pool.h"

namespace weir::upstream {

void Waiter::leave() {
  if (queue_ != nullptr) queue_->remove(*this);
}

WaitQueue::WaitQueue(Pool& pool) : pool_(pool), return_(pool.connections().wheel(), *this) {}

WaitQueue::~WaitQueue() { assert(waiters_.empty()); }

bool WaitQueue::add(Waiter& waiter) {
  if (!pool_.observed().board().enter(pool_.options().queue.size)) return false;
  pool_.stats().queue_length.add();
  waiter.queue_ = this;
  waiter.since_ = pool_.connections().turns().now();
  bool first = waiters_.empty();
  waiters_.push_back(waiter);
  if (!first) return true;
  show();
  // Who gave a place back before that knew of nobody.
  look();
  return true;
}

void WaitQueue::remove(Waiter& waiter) {
  bool first = &waiters_.front() == &waiter;
  waiter.unlink();
  waiter.queue_ = nullptr;
  pool_.stats().queue_length.subtract();
  pool_.observed().board().leave();
  if (first) show();
}

void WaitQueue::show() {
  base::Stamp since = waiters_.empty() ? base::kNever : waiters_.front().since_;
  pool_.observed().board().show(pool_.worker(), *this, since);
}

void WaitQueue::look() { pool_.connections().turns().defer(*this); }

void WaitQueue::on_turn_end() {
  WaitBoard& board = pool_.observed().board();
  bool found = true;
  while (found && !waiters_.empty() && board.is_next(pool_.worker())) {
    found = waiters_.front().on_place();
  }
  found = found && !pool_.is_full(pool_.connections().turns().now());
  return_.set(waiters_.empty() ? base::kNever : pool_.next_return());
  // It is somebody's turn elsewhere, or more came free than there are waiters here, or nobody is
  // left to wait for.
  if (found && board.anybody()) board.wake(pool_.worker());
}

void WaitQueue::on_deadline(net::Deadline&) { look(); }

}  // namespace weir::upstream
