#include "http/date.h"

#include <cstring>

#include "base/ascii.h"

namespace weir::http {
namespace {

constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

struct Day {
  std::int64_t year;
  unsigned month;  // from 0
  unsigned day;    // from 1
};

// The Gregorian calendar in eras of 400 years that begin in March, so that the leap day is a year's
// last (Howard Hinnant, "chrono-compatible low-level date algorithms").
Day day_of(std::int64_t days) {
  days += 719468;
  std::int64_t era = days / 146097;
  auto in_era = static_cast<unsigned>(days - era * 146097);
  unsigned year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
  unsigned in_year = in_era - (365 * year + year / 4 - year / 100);
  unsigned shifted = (5 * in_year + 2) / 153;
  unsigned month = (shifted + 2) % 12;
  return {era * 400 + year + (month < 2 ? 1 : 0), month, in_year - (153 * shifted + 2) / 5 + 1};
}

std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) {
  year -= month < 2 ? 1 : 0;
  std::int64_t era = year / 400;
  auto in_era = static_cast<unsigned>(year - era * 400);
  unsigned shifted = (month + 10) % 12;
  unsigned in_year = (153 * shifted + 2) / 5 + day - 1;
  return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

// Takes a date apart from its front; once something is not there, all of it is wrong.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  void literal(std::string_view wanted) {
    ok_ = ok_ && rest_.starts_with(wanted);
    if (ok_) rest_.remove_prefix(wanted.size());
  }
  // Exactly so many digits; a blank in front stands for one where `padded`.
  unsigned number(std::size_t digits, bool padded = false) {
    unsigned value = 0;
    for (std::size_t i = 0; i < digits && ok_; ++i) {
      bool blank = padded && i == 0 && rest_.starts_with(' ');
      ok_ = !rest_.empty() && (blank || base::is_digit(rest_.front()));
      if (!ok_) break;
      if (!blank) value = value * 10 + static_cast<unsigned>(rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  unsigned month() {
    std::size_t at = kMonths.find(rest_.substr(0, 3));
    ok_ = ok_ && rest_.size() >= 3 && at != std::string_view::npos && at % 3 == 0;
    if (!ok_) return 0;
    rest_.remove_prefix(3);
    return static_cast<unsigned>(at / 3);
  }
  // A weekday, three letters of it or all.
  bool weekday(bool whole) {
    constexpr std::string_view kNames[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                           "Thursday", "Friday", "Saturday"};
    for (std::string_view name : kNames) {
      if (!whole) name = name.substr(0, 3);
      if (!rest_.starts_with(name)) continue;
      rest_.remove_prefix(name.size());
      return true;
    }
    return false;
  }
  // HH:MM:SS, in seconds; a leap second is one.
  unsigned clock() {
    unsigned hour = number(2);
    literal(":");
    unsigned minute = number(2);
    literal(":");
    unsigned second = number(2);
    ok_ = ok_ && hour < 24 && minute < 60 && second <= 60;
    return hour * 3600 + minute * 60 + second;
  }
  [[nodiscard]] bool whole() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

void put_two(char* to, unsigned value) {
  to[0] = static_cast<char>('0' + value / 10);
  to[1] = static_cast<char>('0' + value % 10);
}

}  // namespace

char* write_date(char* to, std::int64_t seconds) {
  std::int64_t days = seconds / 86400;
  auto in_day = static_cast<unsigned>(seconds % 86400);
  Day day = day_of(days);
  std::memcpy(to, "Thu, 01 Jan 1970 00:00:00 GMT", kDateSize);
  std::memcpy(to, &"SunMonTueWedThuFriSat"[3 * ((days + 4) % 7)], 3);
  put_two(to + 5, day.day);
  std::memcpy(to + 8, &kMonths[3 * day.month], 3);
  put_two(to + 12, static_cast<unsigned>(day.year / 100));
  put_two(to + 14, static_cast<unsigned>(day.year % 100));
  put_two(to + 17, in_day / 3600);
  put_two(to + 20, in_day / 60 % 60);
  put_two(to + 23, in_day % 60);
  return to + kDateSize;
}

std::optional<std::int64_t> parse_date(std::string_view text) {
  Day day{};
  unsigned in_day = 0;
  DateReader reader(text);
  if (text.size() == kDateSize && text[3] == ',') {  // Sun, 06 Nov 1994 08:49:37 GMT
    if (!reader.weekday(false)) return std::nullopt;
    reader.literal(", ");
    day.day = reader.number(2);
    reader.literal(" ");
    day.month = reader.month();
    reader.literal(" ");
    day.year = reader.number(4);
    reader.literal(" ");
    in_day = reader.clock();
    reader.literal(" GMT");
  } else if (text.find(',') != std::string_view::npos) {  // Sunday, 06-Nov-94 08:49:37 GMT
    if (!reader.weekday(true)) return std::nullopt;
    reader.literal(", ");
    day.day = reader.number(2);
    reader.literal("-");
    day.month = reader.month();
    reader.literal("-");
    unsigned year = reader.number(2);
    day.year = year < 70 ? 2000 + year : 1900 + year;
    reader.literal(" ");
    in_day = reader.clock();
    reader.literal(" GMT");
  } else {  // Sun Nov  6 08:49:37 1994
    if (!reader.weekday(false)) return std::nullopt;
    reader.literal(" ");
    day.month = reader.month();
    reader.literal(" ");
    day.day = reader.number(2, true);
    reader.literal(" ");
    in_day = reader.clock();
    reader.literal(" ");
    day.year = reader.number(4);
  }
  if (!reader.whole() || day.year < 1970) return std::nullopt;
  std::int64_t days = days_of(day.year, day.month, day.day);
  // A day that its month does not have comes back as another.
  Day back = day_of(days);
  if (back.day != day.day || back.month != day.month) return std::nullopt;
  return days * 86400 + in_day;
}

}  // namespace weir::http
