#include "http/start_line.h"

#include <algorithm>
#include <cstring>

#include "base/ascii.h"
#include "http/char_class.h"
#include "http/method.h"

namespace weir::http {
namespace {

constexpr std::string_view kProtocol = "HTTP/";
constexpr std::size_t kVersionSize = 8;

// `text` begins with `start`. (Not starts_with(): g++ 12 calls substr() for it, out of line.)
bool begins_with(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && std::memcmp(text.data(), start.data(), start.size()) == 0;
}

// HTTP-version is case-sensitive, one digit on each side (RFC 9112 section 2.3).
Reason parse_version(std::string_view text, Version& out) {
  if (text.size() != kVersionSize || !begins_with(text, kProtocol)) return Reason::kBadRequest;
  if (!base::is_digit(text[5]) || text[6] != '.' || !base::is_digit(text[7])) {
    return Reason::kBadRequest;
  }
  if (text[5] != '1' || text[7] > '1') return Reason::kVersion;
  out = text[7] == '1' ? Version::kHttp11 : Version::kHttp10;
  return Reason::kNone;
}

}  // namespace

Reason check_method(std::string_view line) {
  std::size_t i = 0;
  for (; i < line.size() && line[i] != ' '; ++i) {
    if (!is_in(line[i], kTokenChar)) return Reason::kBadRequest;
    if (i == kMethodMax) return Reason::kMethodNotImplemented;
  }
  return i == 0 && !line.empty() ? Reason::kBadRequest : Reason::kNone;
}

Reason check_status(std::string_view line) {
  constexpr std::string_view kStart = "HTTP/1.";
  auto size = std::min(line.size(), kStart.size());
  return begins_with(line, {kStart.data(), size}) ? Reason::kNone : Reason::kBadRequest;
}

Reason parse_request_line(std::string_view line, StartLine& out) {
  if (Reason reason = check_method(line); reason != Reason::kNone) return reason;
  out.method_size = line.find(' ');
  if (out.method_size == std::string_view::npos) return Reason::kBadRequest;
  out.target_begin = out.method_size + 1;
  auto target_end = line.find(' ', out.target_begin);
  if (target_end == std::string_view::npos || target_end == out.target_begin) {
    return Reason::kBadRequest;
  }
  out.target_size = target_end - out.target_begin;
  auto version_begin = target_end + 1;
  Reason reason =
      parse_version({line.data() + version_begin, line.size() - version_begin}, out.version);
  if (reason != Reason::kNone) return reason;
  return begins_with(line, "CONNECT ") ? Reason::kMethodNotImplemented : Reason::kNone;
}

Reason parse_status_line(std::string_view line, StartLine& out) {
  constexpr std::size_t kStatusBegin = kVersionSize + 1;
  constexpr std::size_t kStatusEnd = kStatusBegin + 3;
  if (line.size() < kStatusEnd || line[kVersionSize] != ' ') return Reason::kBadRequest;
  if (parse_version({line.data(), kVersionSize}, out.version) != Reason::kNone) {
    return Reason::kBadRequest;
  }
  auto status = base::parse_decimal({line.data() + kStatusBegin, 3});
  if (!status || *status < 100 || *status > 599) return Reason::kBadRequest;
  out.status = static_cast<unsigned>(*status);
  out.reason_begin = line.size();
  if (line.size() == kStatusEnd) return Reason::kNone;
  out.reason_begin = kStatusEnd + 1;
  bool good = line[kStatusEnd] == ' ' && all_in(line.substr(out.reason_begin), kTextChar);
  return good ? Reason::kNone : Reason::kBadRequest;
}

}  // namespace weir::http
