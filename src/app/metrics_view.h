#pragma once

#include <memory>
#include <vector>

#include "app/counters.h"
#include "app/snapshot.h"
#include "observe/metrics_source.h"

namespace weir::app {

// Has the source show what a snapshot serves: its routes, listeners and zones, and these pools with
// their endpoints, for each of these workers. Replaces what it showed before. All outlive the
// source, or the next call.
void show(const Snapshot& snapshot, const std::vector<SharedPool>& pools,
          const std::vector<std::unique_ptr<Counters>>& counters, observe::MetricsSource& source);

}  // namespace weir::app
