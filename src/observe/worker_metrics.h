#pragma once

#include "observe/metric_group.h"
#include "observe/metrics_source.h"

namespace weir::observe {

// The families of the workers' threads: weir_worker_loop_lag_seconds,
// weir_worker_cpu_seconds_total.
void add_worker_metrics(const MetricsSource& source, Families& families);

}  // namespace weir::observe
