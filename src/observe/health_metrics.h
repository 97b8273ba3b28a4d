#pragma once

#include <cstddef>

#include "observe/metric_group.h"
#include "observe/metrics_source.h"

namespace weir::observe {

// The family weir_upstream_health_checks_total.
void add_health_metrics(const MetricsSource& source, std::size_t labels_max, Families& families);

}  // namespace weir::observe
