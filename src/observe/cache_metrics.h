#pragma once

#include <cstddef>

#include "observe/metric_group.h"
#include "observe/metrics_source.h"

namespace weir::observe {

// The families of the cache, by zone: weir_cache_requests_total, _bytes, _entries,
// _evictions_total, _stores_total, _not_stored_total; without series where there is no
// zone. At most `labels_max` zones have labels of their own; the others share `other`.
void add_cache_metrics(const MetricsSource& source, std::size_t labels_max, Families& families);

}  // namespace weir::observe
