#pragma once

#include "observe/metric_group.h"
#include "observe/metrics_source.h"

namespace weir::observe {

// Appends what is known of the process: its version, Prometheus' usual process_* metrics, and the
// log lines that were dropped. What the kernel does not tell is left out.
void add_process_metrics(const MetricsSource& source, Families& families);

}  // namespace weir::observe
