#pragma once

#include <string>

#include "admin/status.h"

namespace weir::admin {

// The status as JSON, with a line feed behind it; times are RFC 3339 in UTC, durations seconds, and
// what is not known null. Bytes of names that are no UTF-8 are replaced.
std::string status_json(const Status& status);

// A zone of the cache as JSON, as it stands in the status, with a line feed behind it.
std::string zone_json(const ZoneStatus& zone);

// An error of the API as RFC 9457 has it.
std::string problem_json(unsigned status, const std::string& title, const std::string& detail);

}  // namespace weir::admin
