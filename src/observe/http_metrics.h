#pragma once

#include <cstddef>

#include "observe/metric_group.h"
#include "observe/metrics_source.h"

namespace weir::observe {

// Appends what is counted toward clients: requests by route, listeners' connections, refusals,
// deadlines and limits. `labels_max` routes get labels of their own.
void add_http_metrics(const MetricsSource& source, std::size_t labels_max, Families& families);

}  // namespace weir::observe
