#pragma once

#include <cstddef>
#include <cstdint>

namespace weir::http {

// Length of an IMF-fixdate.
inline constexpr std::size_t kDateSize = 29;

// Writes a point in time, in seconds since 1970 (UTC), as an IMF-fixdate ("Sun, 06 Nov 1994
// 08:49:37 GMT", RFC 9110 section 5.6.7): kDateSize bytes, no end mark. Years 1970 to 9999. Costs
// some 50 ns: callers keep the text for a second.
char* write_date(char* to, std::int64_t seconds);

}  // namespace weir::http
