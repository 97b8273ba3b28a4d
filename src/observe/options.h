#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/clock.h"

namespace weir::observe {

// The access log (YAML: access_log).
struct AccessLogOptions {
  bool enabled = true;
  std::string path = "stdout";      // see LogSink::open
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

// How much a line of the error log matters (nginx: error_log's levels).
enum class Level : std::uint8_t { kInfo, kWarn, kError };

// The error log (YAML: error_log).
struct ErrorLogOptions {
  std::string path = "stderr";  // "stderr", or a file that is appended to
  Level level = Level::kInfo;   // what matters less is left out

  bool operator==(const ErrorLogOptions&) const = default;
};

// Which exchanges of a route the access log tells of (YAML: access_log of a route).
struct RouteLogOptions {
  bool enabled = true;
  std::string condition;  // see LogCondition; empty: all

  bool operator==(const RouteLogOptions&) const = default;
};

}  // namespace weir::observe
