#pragma once

#include <pthread.h>

#include <atomic>
#include <ctime>

namespace weir::observe {

// The clock of CPU time of one thread, which any other may read while that one runs.
class ThreadClock {
 public:
  // Is that of the calling thread from now on.
  void set_to_this_thread() {
    clockid_t clock = 0;
    if (pthread_getcpuclockid(pthread_self(), &clock) == 0)
      clock_.store(clock, std::memory_order_release);
  }
  [[nodiscard]] bool known() const { return get() != kNone; }
  // For clock_gettime(2), which fails once the thread has ended.
  [[nodiscard]] clockid_t get() const { return clock_.load(std::memory_order_acquire); }

 private:
  static constexpr clockid_t kNone = CLOCK_REALTIME;  // no thread's
  std::atomic<clockid_t> clock_{kNone};
};

}  // namespace weir::observe
