#pragma once

#include <string>

#include "upstream/health_checks.h"

namespace weir::observe {

// What the error log says of an endpoint whose health changed: "upstream 'api': 10.0.0.1:80 is
// down: refused (3 probes failed in a row)", "... is up again after 12s". Any thread.
std::string health_line(const upstream::HealthChange& change);

}  // namespace weir::observe
