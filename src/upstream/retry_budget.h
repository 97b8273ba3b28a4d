#pragma once

#include <cstdint>

#include "base/clock.h"

namespace weir::upstream {

// Keeps retries from multiplying an outage: they are allowed as a share of the requests of the last
// seconds, plus a floor (Finagle's and Envoy's retry budget). One per worker and pool; pure. One
// thread.
class RetryBudget {
 public:
  // Requests earn for this long.
  static constexpr base::Stamp kWindow = 10'000'000'000;

  // `percent` of requests, plus `per_second` retries (of this worker; may be a fraction).
  RetryBudget(unsigned percent, double per_second, base::Stamp now);

  // A request begins: adds its share.
  void count_request() { ++requests_; }
  // Takes one retry out of the budget at `now`; false when there is none.
  bool take(base::Stamp now);

 private:
  void refill(base::Stamp now);

  double share_;
  double per_second_;
  double from_requests_ = 0;    // retries earned by the requests of the window
  double from_time_;            // retries earned by time; at most a second's worth, at least one
  std::uint64_t requests_ = 0;  // since refilled_
  base::Stamp refilled_;
};

}  // namespace weir::upstream
