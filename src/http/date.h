#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::http {

// Length of an IMF-fixdate.
inline constexpr std::size_t kDateSize = 29;

// Writes a point in time, in seconds since 1970 (UTC), as an IMF-fixdate ("Sun, 06 Nov 1994
// 08:49:37 GMT", RFC 9110 section 5.6.7): kDateSize bytes, no end mark. Years 1970 to 9999. Costs
// some 50 ns: callers keep the text for a second.
char* write_date(char* to, std::int64_t seconds);

// The point in time that a date says, in seconds since 1970 (UTC), in any of the three forms of RFC
// 9110 section 5.6.7; nothing for anything else. The weekday is not compared. A year of two digits
// is one of 1970 to 2069.
std::optional<std::int64_t> parse_date(std::string_view text);

}  // namespace weir::http
