#pragma once

#include <string>

#include "admin/state.h"
#include "observe/metrics_source.h"

namespace weir::admin {

// Appends the status page, plain HTML without scripts: version, uptime, the other pages, and each
// pool's endpoints with their state. `unix_time`: now, seconds since 1970. Pure but for reading the
// workers' counts.
void put_status_page(const observe::MetricsSource& source, const State& state, double unix_time,
                     std::string& page);

}  // namespace weir::admin
