#include "upstream/watched_name.h"

#include <algorithm>
#include <utility>

namespace weir::upstream {

NameChange WatchedName::take(net::LookupAnswer answer, base::Stamp now) {
  NameChange change;
  if (answer.result != net::LookupResult::kOk) {
    // The reason is all that the last failure may differ in: told once, not at each try.
    change.failed = answer.error != error_;
    if (failures_ == 0) failing_since_ = now;
    ++failures_;
    error_ = std::move(answer.error);
    return change;
  }
  change.recovered = failures_ > 0;
  change.failing_since = failing_since_;
  change.addresses = answer.addresses != addresses_;
  if (change.addresses) change.before = std::exchange(addresses_, std::move(answer.addresses));
  ttl_ = answer.ttl;
  good_at_ = now;
  failures_ = 0;
  error_.clear();
  return change;
}

base::Duration WatchedName::pause(base::Duration retry_min, double spread) const {
  base::Duration whole = ttl_;
  if (failures_ > 0) {
    whole = std::min(retry_min, kRetryMax);
    for (unsigned i = 1; i < failures_ && whole < kRetryMax; ++i)
      whole = std::min(whole * 2, kRetryMax);
  }
  auto ms = static_cast<double>(whole.count()) * (0.8 + 0.2 * spread);
  return base::Duration(std::max<base::Duration::rep>(1, static_cast<base::Duration::rep>(ms)));
}

}  // namespace weir::upstream
