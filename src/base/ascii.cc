#include "base/ascii.h"

#include <charconv>

namespace weir::base {

bool equal_nocase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  // So many digits always fit: no look at each step.
  constexpr std::size_t kAlwaysFit = 19;
  std::uint64_t value = 0;
  if (!text.empty() && text.size() <= kAlwaysFit) {
    for (char c : text) {
      if (!is_digit(c)) return std::nullopt;
      value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
  }
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

char* write_decimal(char* to, std::uint64_t value) { return std::to_chars(to, to + 20, value).ptr; }

}  // namespace weir::base
