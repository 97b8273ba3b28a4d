#pragma once

#include <cstddef>

#include "observe/metric_group.h"
#include "observe/metrics_source.h"

namespace weir::observe {

// Appends what is counted toward backends, by pool and by endpoint. `labels_max` pools and as many
// endpoints get labels of their own.
void add_upstream_metrics(const MetricsSource& source, std::size_t labels_max, Families& families);

}  // namespace weir::observe
