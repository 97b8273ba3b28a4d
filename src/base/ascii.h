#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::base {

// ASCII only, whatever the locale.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
// Value of a hexadecimal digit, or -1.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

// Equal but for the case of ASCII letters.
bool equal_nocase(std::string_view a, std::string_view b);
// A copy in lower case.
std::string to_lower(std::string_view text);
// Optional whitespace (OWS, RFC 9110 section 5.6.3).
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
// `text` without spaces and tabs at its ends. Inline: asked of every field, which seldom has any.
constexpr std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}
// A whole non-empty string of digits as a number; nothing when it is anything else or does not fit.
std::optional<std::uint64_t> parse_decimal(std::string_view text);
// Writes `value` in decimal at `to` (room for 20 characters); returns one past the last.
char* write_decimal(char* to, std::uint64_t value);

// Calls visit(element) for each non-empty, trimmed element of a comma-separated list; stops when
// visit says false. Quoted strings are not special (use for lists of tokens). RFC 9110
// section 5.6.1.
template <class Visit>
void each_token(std::string_view list, Visit visit) {
  while (!list.empty()) {
    auto comma = list.find(',');
    auto item = trim(list.substr(0, comma));
    if (!item.empty() && !visit(item)) return;
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace weir::base
