#include "app/loop_watch.h"

#include <chrono>

namespace weir::app {

namespace {
constexpr base::Duration kPause{1'000};
}

LoopWatch::LoopWatch(net::Wheel& wheel, const std::vector<std::unique_ptr<Worker>>& workers)
    : workers_(workers), next_(wheel, *this) {}

void LoopWatch::start(base::Stamp now) { next_.set(base::after(now, kPause)); }

void LoopWatch::on_deadline(net::Deadline&) {
  base::Stamp now = std::chrono::steady_clock::now().time_since_epoch().count();
  for (const auto& worker : workers_) worker->measure_lag();
  start(now);
}

}  // namespace weir::app
