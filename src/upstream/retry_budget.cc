#include "upstream/retry_budget.h"

#include <algorithm>

namespace weir::upstream {

namespace {

// The most that time can save up.
double time_bound(double per_second) { return per_second > 0 ? std::max(per_second, 1.0) : 0; }

// Sums of shares such as 0.1 fall short of the whole by a rounding error.
constexpr double kOne = 1 - 1e-9;

}  // namespace

RetryBudget::RetryBudget(unsigned percent, double per_second, base::Stamp now)
    : share_(percent / 100.0),
      per_second_(per_second),
      from_time_(time_bound(per_second)),
      refilled_(now) {}

void RetryBudget::refill(base::Stamp now) {
  base::Stamp passed = now - refilled_;
  refilled_ = now;
  from_time_ =
      std::min(from_time_ + per_second_ * base::seconds(0, passed), time_bound(per_second_));
  double windows = static_cast<double>(passed) / static_cast<double>(kWindow);
  from_requests_ *= std::max(0.0, 1 - windows);
  // Requests that came over more than a window count by the part that one window holds of them.
  from_requests_ += static_cast<double>(requests_) * share_ / std::max(windows, 1.0);
  requests_ = 0;
}

bool RetryBudget::take(base::Stamp now) {
  refill(now);
  if (from_time_ + from_requests_ < kOne) return false;
  // Time's part first: it is the one that does not grow over its bound.
  double first = std::min(from_time_, 1.0);
  from_time_ -= first;
  from_requests_ = std::max(0.0, from_requests_ - (1 - first));
  return true;
}

}  // namespace weir::upstream
