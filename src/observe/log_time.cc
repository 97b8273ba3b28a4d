#include "observe/log_time.h"

#include <ctime>

namespace weir::observe {
namespace {

// English whatever the locale, as strftime's would not be.
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

void put_two(LogText& text, int value) {
  text.raw(static_cast<char>('0' + value / 10 % 10)).raw(static_cast<char>('0' + value % 10));
}

void put_year(LogText& text, const std::tm& parts) {
  text.number(static_cast<std::uint64_t>(parts.tm_year) + 1900);
}

void put_clock(LogText& text, const std::tm& parts) {
  put_two(text, parts.tm_hour);
  put_two(text.raw(':'), parts.tm_min);
  put_two(text.raw(':'), parts.tm_sec);
}

// East of Greenwich, as hours and minutes with `between` between them.
void put_offset(LogText& text, const std::tm& parts, std::string_view between) {
  long minutes = parts.tm_gmtoff / 60;
  text.raw(minutes < 0 ? '-' : '+');
  minutes = minutes < 0 ? -minutes : minutes;
  put_two(text, static_cast<int>(minutes / 60));
  put_two(text.raw(between), static_cast<int>(minutes % 60));
}

std::string_view month_of(const std::tm& parts) {
  return kMonths.substr(static_cast<std::size_t>(parts.tm_mon) * 3, 3);
}

std::tm local_time(std::time_t seconds) {
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

void LogTime::look(base::Stamp now) {
  std::timespec wall{};
  clock_gettime(CLOCK_REALTIME, &wall);
  valid_until_ = now + 1'000'000'000 - wall.tv_nsec;
  to_wall_ = static_cast<std::int64_t>(wall.tv_sec) * 1'000'000'000 + wall.tv_nsec - now;
  std::tm parts = local_time(wall.tv_sec);

  LogText local(local_, sizeof(local_));
  put_two(local, parts.tm_mday);
  local.raw('/').raw(month_of(parts)).raw('/');
  put_year(local, parts);
  put_clock(local.raw(':'), parts);
  put_offset(local.raw(' '), parts, "");
  local_size_ = local.size();

  LogText iso8601(iso8601_, sizeof(iso8601_));
  put_year(iso8601, parts);
  put_two(iso8601.raw('-'), parts.tm_mon + 1);
  put_two(iso8601.raw('-'), parts.tm_mday);
  put_clock(iso8601.raw('T'), parts);
  put_offset(iso8601, parts, ":");
  iso8601_size_ = iso8601.size();
}

void put_time(LogText& text) {
  std::tm parts = local_time(std::time(nullptr));
  put_year(text, parts);
  put_two(text.raw('/'), parts.tm_mon + 1);
  put_two(text.raw('/'), parts.tm_mday);
  put_clock(text.raw(' '), parts);
}

void put_syslog_time(LogText& text) {
  std::tm parts = local_time(std::time(nullptr));
  text.raw(month_of(parts)).raw(' ');
  if (parts.tm_mday < 10) text.raw(' ');
  text.number(static_cast<std::uint64_t>(parts.tm_mday));
  put_clock(text.raw(' '), parts);
}

}  // namespace weir::observe
