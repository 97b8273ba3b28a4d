#include "server/places.h"

namespace weir::server {

bool Places::take(std::uint64_t most) {
  std::uint64_t taken = taken_.load();
  do {
    if (most != 0 && taken >= most) return false;
  } while (!taken_.compare_exchange_weak(taken, taken + 1));
  return true;
}

bool Places::take_or_wait(std::uint64_t most, Waiter& waiter) {
  if (take(most)) return true;
  {
    std::lock_guard lock(mutex_);
    waiters_.push_back(waiter);
    ++waiting_;
  }
  // Who gave a place back before that knew of nobody.
  if (!take(most)) return false;
  // Where it was called meanwhile, this is the place that it was called for.
  leave(waiter);
  return true;
}

void Places::give_back() {
  --taken_;
  if (waiting_.load() != 0) call_next();
}

bool Places::leave(Waiter& waiter) {
  std::lock_guard lock(mutex_);
  if (!waiter.linked()) return false;
  waiter.unlink();
  --waiting_;
  return true;
}

void Places::call_next() {
  std::lock_guard lock(mutex_);
  if (waiters_.empty()) return;
  Waiter& next = waiters_.pop_front();
  --waiting_;
  next.call();
}

}  // namespace weir::server
