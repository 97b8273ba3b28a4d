#include "backend/instance.h"

namespace weir::backend {

bool Health::take_failure() {
  std::int64_t left = failures();
  // Workers race for the last failures to give: each is given once.
  while (left > 0) {
    if (failures_.compare_exchange_weak(left, left - 1, std::memory_order_relaxed)) return true;
  }
  return left == kUntilToldOtherwise;
}

}  // namespace weir::backend
