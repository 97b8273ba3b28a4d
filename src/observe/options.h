#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

#include "base/clock.h"

namespace weir::observe {

// The access log (YAML: access_log).
struct AccessLogOptions {
  bool enabled = true;
  std::string path = "stdout";      // "stdout", "stderr", or a file that is appended to
  std::string format = "combined";  // see LogFormat
  unsigned sample_percent = 100;    // of the lines, drawn by lot
  std::size_t buffer = 64 * 1024;   // bytes gathered per worker before they are written
  base::Duration flush{1'000};      // longest time a line waits in the buffer

  bool operator==(const AccessLogOptions&) const = default;
};

// Whose the log files are to be that root makes, so that they can be opened anew (YAML: user).
struct LogOwner {
  uid_t user = 0;
  gid_t group = 0;
};

// Which exchanges of a route the access log tells of (YAML: access_log of a route).
struct RouteLogOptions {
  bool enabled = true;
  std::string condition;  // see LogCondition; empty: all
};

}  // namespace weir::observe
