#include "app/loop_watch.h"

namespace weir::app {

namespace {
constexpr base::Duration kPause{1'000};
}

LoopWatch::LoopWatch(net::Wheel& wheel, const std::vector<std::unique_ptr<Worker>>& workers)
    : workers_(workers), next_(wheel, *this) {}

void LoopWatch::start(base::Stamp now) { next_.set(base::after(now, kPause)); }

void LoopWatch::on_deadline(net::Deadline&) {
  for (const auto& worker : workers_) worker->measure_lag();
  start(base::read_clock());
}

}  // namespace weir::app
