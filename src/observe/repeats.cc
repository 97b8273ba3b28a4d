#include "observe/repeats.h"

#include <algorithm>

#include "base/hash.h"

namespace weir::observe {

bool Repeats::Entry::is(Level of, std::string_view other) const {
  return level == of && std::string_view(kept, size) == other.substr(0, kTextMax) &&
         hash == base::hash_of(other);
}

void Repeats::Entry::set(Level of, std::string_view other, base::Stamp end) {
  until = end;
  written = 0;
  level = of;
  hash = base::hash_of(other);
  size = other.copy(kept, kTextMax);
}

Repeats::Entry& Repeats::entry_for(Level level, std::string_view text) {
  auto same = std::find_if(entries_.begin(), entries_.end(),
                           [&](const Entry& entry) { return entry.is(level, text); });
  if (same != entries_.end()) return *same;
  return *std::min_element(entries_.begin(), entries_.end(),
                           [](const Entry& a, const Entry& b) { return a.seen < b.seen; });
}

}  // namespace weir::observe
