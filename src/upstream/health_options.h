#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/method.h"

namespace weir::upstream {

// What an endpoint is until its first probe has ended (YAML: health_check.initial).
enum class InitialHealth : std::uint8_t {
  kChecked,  // unchecked: traffic comes with the first good probe
  kUp,       // up
};

// Statuses from `first` to `last`, both included.
struct StatusRange {
  unsigned first = 0;
  unsigned last = 0;
  bool operator==(const StatusRange&) const = default;
};

// How the endpoints of a pool are probed (YAML: health_check).
struct HealthCheckOptions {
  bool tcp = false;                          // a connection is enough; nothing is asked
  http::Method method = http::Method::kGet;  // GET, HEAD, OPTIONS or POST (without a body)
  std::string path = "/";                    // origin-form, may have a query
  std::string host;                          // Host; empty: the endpoint's address
  // Not {{200, 399}}: g++ 12 takes the list for uninitialized.
  std::vector<StatusRange> expect = std::vector<StatusRange>(1, StatusRange{200, 399});
  std::string body;                // the answer's body must hold it; empty: any body will do
  base::Duration interval{2'000};  // from the beginning of a probe to that of the next
  base::Duration timeout{1'000};   // of a whole probe, connecting included; never none
  unsigned rise = 2;               // good probes in a row that bring an endpoint up again
  unsigned fall = 3;               // failed probes in a row that take it down
  unsigned jitter_percent = 20;    // an interval may be shorter by up to so much
  InitialHealth initial = InitialHealth::kChecked;
  bool operator==(const HealthCheckOptions&) const = default;
};

}  // namespace weir::upstream
