#include "http/retry_after.h"

#include <algorithm>

#include "base/ascii.h"
#include "http/date.h"

namespace weir::http {

namespace {
constexpr std::int64_t kYear = 31'536'000;
}

std::optional<std::int64_t> retry_after(const Fields& fields, std::int64_t now) {
  std::string_view text = fields.value(Name::kRetryAfter);
  if (text.empty()) return std::nullopt;
  bool is_number = std::all_of(text.begin(), text.end(), base::is_digit);
  if (is_number) {
    // More digits than a number has room for are a long time, too.
    auto seconds = base::parse_decimal(text);
    return seconds && *seconds < kYear ? static_cast<std::int64_t>(*seconds) : kYear;
  }
  auto until = parse_date(text);
  if (!until) return std::nullopt;
  std::int64_t from = parse_date(fields.value(Name::kDate)).value_or(now);
  return std::clamp<std::int64_t>(*until - from, 0, kYear);
}

}  // namespace weir::http
