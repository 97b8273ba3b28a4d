#include "cache/uses.h"

#include <algorithm>

namespace weir::cache {

// Uses that two threads count at once may become one: it is a rough count.
unsigned Uses::add(std::atomic<std::uint8_t>& count) {
  unsigned now = std::min(count.load(std::memory_order_relaxed) + 1U, kMax);
  count.store(static_cast<std::uint8_t>(now), std::memory_order_relaxed);
  return now;
}

void Uses::halve() {
  for (Row& row : rows_) {
    for (auto& count : row) {
      unsigned half = count.load(std::memory_order_relaxed) / 2U;
      count.store(static_cast<std::uint8_t>(half), std::memory_order_relaxed);
    }
  }
}

unsigned Uses::note(std::uint64_t hash) {
  if (notes_.fetch_add(1, std::memory_order_relaxed) % kHalveAfter == kHalveAfter - 1) halve();
  unsigned first = add(rows_[0][hash % kPlaces]);
  unsigned second = add(rows_[1][(hash >> 32U) % kPlaces]);
  return std::min(first, second);
}

}  // namespace weir::cache
