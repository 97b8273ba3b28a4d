#pragma once

#include <pthread.h>

#include <atomic>
#include <ctime>
#include <optional>

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
  // What it says; nothing where its thread is not there (yet, or any more).
  [[nodiscard]] std::optional<double> seconds() const {
    clockid_t clock = clock_.load(std::memory_order_acquire);
    timespec time{};
    if (clock == kNone || clock_gettime(clock, &time) != 0) return std::nullopt;
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  }

 private:
  static constexpr clockid_t kNone = CLOCK_REALTIME;  // no thread's
  std::atomic<clockid_t> clock_{kNone};
};

}  // namespace weir::observe
