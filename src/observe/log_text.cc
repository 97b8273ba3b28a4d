#include "observe/log_text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>

#include "base/ascii.h"

namespace weir::observe {
namespace {

constexpr std::array<bool, 256> plain_bytes() {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c <= 0x7e; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}
constexpr auto kPlain = plain_bytes();
constexpr std::string_view kHex = "0123456789ABCDEF";

// English whatever the locale, as strftime's would not be.
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

void put_two(LogText& text, int value) {
  text.raw(static_cast<char>('0' + value / 10 % 10)).raw(static_cast<char>('0' + value % 10));
}

std::tm local_time(std::time_t seconds) {
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

LogText& LogText::raw(std::string_view text) {
  std::size_t size = std::min(text.size(), room());
  if (size == 0) return *this;  // an empty view may be null
  std::memcpy(at_, text.data(), size);
  at_ += size;
  return *this;
}

LogText& LogText::raw(char c) {
  if (at_ != end_) *at_++ = c;
  return *this;
}

LogText& LogText::escaped(std::string_view text) {
  while (!text.empty()) {
    std::size_t run = 0;
    while (run < text.size() && kPlain[static_cast<unsigned char>(text[run])]) ++run;
    raw(text.substr(0, run));
    if (run == text.size()) break;
    auto byte = static_cast<unsigned char>(text[run]);
    text.remove_prefix(run + 1);
    if (room() < kEscapeGrowth) break;
    raw("\\x").raw(kHex[byte >> 4]).raw(kHex[byte & 15]);
  }
  return *this;
}

LogText& LogText::number(std::uint64_t value) {
  char digits[20];
  return raw({digits, static_cast<std::size_t>(base::write_decimal(digits, value) - digits)});
}

std::string_view LogTime::get(base::Stamp now) {
  if (now < valid_until_) return {text_, size_};
  std::timespec wall{};
  clock_gettime(CLOCK_REALTIME, &wall);
  valid_until_ = now + 1'000'000'000 - wall.tv_nsec;
  std::tm parts = local_time(wall.tv_sec);
  long offset = parts.tm_gmtoff / 60;
  LogText text(text_, sizeof(text_));
  put_two(text, parts.tm_mday);
  text.raw('/').raw(kMonths.substr(static_cast<std::size_t>(parts.tm_mon) * 3, 3)).raw('/');
  text.number(static_cast<std::uint64_t>(parts.tm_year) + 1900);
  for (int value : {parts.tm_hour, parts.tm_min, parts.tm_sec}) put_two(text.raw(':'), value);
  text.raw(offset < 0 ? " -" : " +");
  offset = offset < 0 ? -offset : offset;
  put_two(text, static_cast<int>(offset / 60));
  put_two(text, static_cast<int>(offset % 60));
  size_ = text.size();
  return {text_, size_};
}

void put_time(LogText& text) {
  std::tm parts = local_time(std::time(nullptr));
  text.number(static_cast<std::uint64_t>(parts.tm_year) + 1900);
  put_two(text.raw('/'), parts.tm_mon + 1);
  put_two(text.raw('/'), parts.tm_mday);
  put_two(text.raw(' '), parts.tm_hour);
  put_two(text.raw(':'), parts.tm_min);
  put_two(text.raw(':'), parts.tm_sec);
}

}  // namespace weir::observe
