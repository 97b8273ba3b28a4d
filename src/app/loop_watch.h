#pragma once

#include <memory>
#include <vector>

#include "app/worker.h"
#include "net/wheel.h"

namespace weir::app {

// Has each worker measure once a second how late its loop is (Counters::loop_lag). Control thread.
class LoopWatch final : public net::DeadlineEvents {
 public:
  // Both outlive it.
  LoopWatch(net::Wheel& wheel, const std::vector<std::unique_ptr<Worker>>& workers);

  // From `now` on.
  void start(base::Stamp now);
  void on_deadline(net::Deadline& deadline) override;

 private:
  const std::vector<std::unique_ptr<Worker>>& workers_;
  net::Deadline next_;
};

}  // namespace weir::app
