#pragma once

#include <cstdint>

#include "base/clock.h"

namespace weir::upstream {

// Keeps retries from multiplying an outage: they are allowed as a share of the requests of the last seconds, plus a
// floor (Finagle's and Envoy's retry budget). One per worker and pool; pure. One thread.
class RetryBudget {
 public:
  // `percent` of requests, plus `per_second` retries (of this worker; may be a fraction).
  RetryBudget(unsigned percent, double per_second, base::Stamp now);

  // A request begins: adds its share.
  void count_request();
  // Takes one retry out of the budget at `now`; false when there is none.
  bool take(base::Stamp now);

 private:
  double share_;
  double per_second_;
  double from_requests_ = 0;  // retries earned by requests; bounded
  double from_time_;          // retries earned by time; at most a second's worth, at least one
  base::Stamp refilled_;
};

}  // namespace weir::upstream
