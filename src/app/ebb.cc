#include "app/ebb.h"

#include <algorithm>
#include <utility>

namespace weir::app {

bool Ebb::look(std::uint64_t resident, std::uint64_t explained) {
  auto all = static_cast<std::int64_t>(resident);
  auto beside = all - static_cast<std::int64_t>(explained);
  least_ = std::min(least_.value_or(beside), beside);
  bool more = beside - *least_ >= std::max(static_cast<std::int64_t>(kLeast), all / 4);
  return std::exchange(before_, more) && more;
}

}  // namespace weir::app
