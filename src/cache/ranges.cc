#include "cache/ranges.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/ascii.h"

namespace weir::cache {
namespace {

constexpr std::uint64_t kLast = std::numeric_limits<std::uint64_t>::max();

// Digits; more of them than there is room for are the largest number.
std::optional<std::uint64_t> position(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), base::is_digit)) return std::nullopt;
  return base::parse_decimal(text).value_or(kLast);
}

// One range-spec: "0-499", "500-", "-200". False for what is none. A size of 0 says that it lies
// behind the body.
bool parse_one(std::string_view text, std::uint64_t size, Range& out) {
  auto dash = text.find('-');
  if (dash == std::string_view::npos) return false;
  auto first = position(text.substr(0, dash));
  auto last = position(text.substr(dash + 1));
  bool is_suffix = dash == 0;
  if (is_suffix) {
    if (!last) return false;
    std::uint64_t length = std::min(*last, size);
    out = {size - length, length};
    return true;
  }
  bool open = dash + 1 == text.size();
  if (!first || (!open && (!last || *last < *first))) return false;
  if (*first >= size) {
    out = {};
    return true;
  }
  std::uint64_t end = open ? size - 1 : std::min(*last, size - 1);
  out = {*first, end - *first + 1};
  return true;
}

bool overlap(const std::vector<Range>& ranges) {
  if (ranges.size() < 2) return false;
  std::vector<Range> sorted = ranges;
  std::sort(sorted.begin(), sorted.end(),
            [](const Range& a, const Range& b) { return a.begin < b.begin; });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].begin < sorted[i - 1].begin + sorted[i - 1].size) return true;
  }
  return false;
}

}  // namespace

Part parse_ranges(std::string_view field, std::uint64_t size, std::vector<Range>& out) {
  constexpr std::string_view kUnit = "bytes=";
  out.clear();
  if (!base::equal_nocase(field.substr(0, kUnit.size()), kUnit)) return Part::kWhole;
  std::size_t asked = 0;
  bool good = true;
  base::each_token(field.substr(kUnit.size()), [&](std::string_view text) {
    Range range;
    good = ++asked <= kRangesMax && parse_one(text, size, range);
    if (good && range.size > 0) out.push_back(range);
    return good;
  });
  if (!good || asked == 0 || overlap(out)) {
    out.clear();
    return Part::kWhole;
  }
  return out.empty() ? Part::kUnsatisfiable : Part::kParts;
}

}  // namespace weir::cache
