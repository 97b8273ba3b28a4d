#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir::http {

// What a byte may be part of; one table look-up.
enum CharClass : std::uint8_t {
  kTokenChar = 1,   // tchar, RFC 9110 section 5.6.2
  kTargetChar = 2,  // a byte of a request target that is passed on: no control, space, DEL, "#";
                    // 0x80 and up pass
  kNameChar =
      4,  // unreserved or sub-delims: a registered name, RFC 3986 section 3.2.2, without "%"
  kUnreserved = 8,  // RFC 3986 section 2.3
  kTextChar =
      16,  // HTAB, SP, VCHAR, obs-text: a reason phrase or a field value, RFC 9110 section 5.5
};

inline constexpr std::array<std::uint8_t, 256> kCharClasses = [] {
  std::array<std::uint8_t, 256> table{};
  auto mark = [&table](std::string_view chars, unsigned bits) {
    for (char c : chars) {
      auto& entry = table[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint8_t>(entry | bits);
    }
  };
  mark("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
       kTokenChar | kNameChar | kUnreserved);
  mark("!#$%&'*+-.^_`|~", kTokenChar);
  mark("-._~", kNameChar | kUnreserved);
  mark("!$&'()*+,;=", kNameChar);
  for (unsigned c = 0x20; c < 256; ++c) {
    if (c == 0x7f) continue;
    unsigned bits = kTextChar;
    if (c != ' ' && c != '#') bits |= kTargetChar;
    table[c] = static_cast<std::uint8_t>(table[c] | bits);
  }
  table['\t'] = kTextChar;
  return table;
}();

inline bool is_in(char c, CharClass wanted) {
  return (kCharClasses[static_cast<unsigned char>(c)] & wanted) != 0;
}

// Every byte of `text` is in the class; true for an empty text.
inline bool all_in(std::string_view text, CharClass wanted) {
  unsigned bits = wanted;
  for (char c : text) bits &= kCharClasses[static_cast<unsigned char>(c)];
  return bits != 0;
}

}  // namespace weir::http
