#include "config/nearest.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "config/errors.h"

namespace weir::config {

namespace {

constexpr std::size_t kWordMax = 64;

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  if (a.size() > kWordMax || b.size() > kWordMax) return SIZE_MAX;
  // Optimal string alignment: three rows of the table are enough.
  std::array<std::array<std::size_t, kWordMax + 1>, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& two_above = rows[(i + 1) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], two_above[j - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

Nearest::Nearest(std::string_view word) : word_(word), distance_((word.size() + 2) / 3 + 1) {}

void Nearest::offer(std::string_view candidate) {
  std::size_t longer = std::max(word_.size(), candidate.size());
  std::size_t shorter = std::min(word_.size(), candidate.size());
  if (longer - shorter >= distance_) return;  // saves the table for most
  std::size_t distance = edit_distance(word_, candidate);
  // Nothing in common is no likeness, however short the words.
  if (distance >= distance_ || distance >= longer) return;
  distance_ = distance;
  found_ = candidate;
}

std::string Nearest::hint() const {
  return found_.empty() ? std::string() : "did you mean " + quoted(found_) + "?";
}

}  // namespace weir::config
