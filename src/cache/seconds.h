#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ascii.h"

namespace weir::cache {

// Points in time are seconds since 1970 (UTC), as HTTP-date tells them; spans are seconds.
using Seconds = std::int64_t;

// The longest span, which stands for any longer one (RFC 9111 section 1.2.2).
inline constexpr Seconds kForever = 2'147'483'648;

// delta-seconds (RFC 9111 section 1.2.2): digits and nothing else. More of them than there is room
// for are kForever.
inline std::optional<Seconds> parse_seconds(std::string_view text) {
  if (text.empty()) return std::nullopt;
  for (char c : text) {
    if (!base::is_digit(c)) return std::nullopt;
  }
  auto value = base::parse_decimal(text);
  return value && *value < static_cast<std::uint64_t>(kForever) ? static_cast<Seconds>(*value)
                                                                : kForever;
}

}  // namespace weir::cache
