#include "http/basic_user.h"

#include <cstddef>

#include "base/ascii.h"

namespace weir::http {
namespace {

// The value of a base64 digit (RFC 4648 section 4), or -1.
constexpr int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (base::is_digit(c)) return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

}  // namespace

std::string_view basic_user(std::string_view authorization, base::Arena& arena) {
  constexpr std::string_view kScheme = "basic ";
  if (!base::equal_nocase(authorization.substr(0, kScheme.size()), kScheme)) return {};
  std::string_view digits = base::trim(authorization.substr(kScheme.size()));
  std::size_t most = digits.size() / 4 * 3 + 3;
  char* to = arena.take(most);
  std::size_t size = 0;
  bool ended = false;  // at the colon in front of the password
  unsigned bits = 0;
  unsigned count = 0;
  for (char c : digits) {
    int value = base64_value(c);
    if (value < 0 || ended) break;
    bits = (bits << 6 | static_cast<unsigned>(value)) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    char byte = static_cast<char>(bits >> count & 0xff);
    ended = byte == ':';
    if (!ended) to[size++] = byte;
  }
  // Credentials without a colon are none.
  if (!ended) size = 0;
  arena.trim(most, size);
  return {to, size};
}

}  // namespace weir::http
