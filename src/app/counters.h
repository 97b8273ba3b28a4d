#pragma once

#include "base/counter.h"
#include "observe/thread_clock.h"
#include "server/stats.h"

namespace weir::app {

// What one worker counts that belongs to no route, listener or pool. Never moves; the worker writes
// it, the control thread reads it. Outlives the worker.
struct Counters {
  server::WorkerStats worker;
  base::Counter dropped_log_lines;
  base::Histogram loop_lag;  // from a letter's being posted to its being opened
  observe::ThreadClock cpu_clock;
};

}  // namespace weir::app
