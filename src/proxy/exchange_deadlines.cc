#include "proxy/exchange_deadlines.h"

#include <algorithm>

namespace weir::proxy {

Wait ExchangeDeadlines::take_due(base::Stamp now) {
  auto* first = std::min_element(at_.begin(), at_.end());
  if (*first > now) {
    if (*first != base::kNever) deadline_.set(*first);
    return Wait::kNone;
  }
  *first = base::kNever;
  return static_cast<Wait>(first - at_.begin());
}

}  // namespace weir::proxy
