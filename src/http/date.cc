#include "http/date.h"

#include <cstring>

namespace weir::http {
namespace {

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
  std::memcpy(to + 8, &"JanFebMarAprMayJunJulAugSepOctNovDec"[3 * day.month], 3);
  put_two(to + 12, static_cast<unsigned>(day.year / 100));
  put_two(to + 14, static_cast<unsigned>(day.year % 100));
  put_two(to + 17, in_day / 3600);
  put_two(to + 20, in_day / 60 % 60);
  put_two(to + 23, in_day % 60);
  return to + kDateSize;
}

}  // namespace weir::http
