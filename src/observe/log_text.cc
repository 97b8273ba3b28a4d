#include "observe/log_text.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/ascii.h"

namespace weir::observe {
namespace {

constexpr std::array<bool, 256> plain_bytes() {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c <= 0x7e; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}
constexpr auto kPlain = plain_bytes();

constexpr std::array<bool, 256> plain_json_bytes() {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c <= 0x7f; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}
constexpr auto kPlainJson = plain_json_bytes();

// Bytes of the character of several bytes in front of the text (RFC 3629 section 4), shortest form,
// no surrogates; 0: there is none.
std::size_t utf8_size(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto follows = [&](std::size_t i, unsigned least, unsigned most) {
    return i < text.size() && byte(i) >= least && byte(i) <= most;
  };
  unsigned lead = byte(0);
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return follows(1, 0x80, 0xbf) ? 2 : 0;
  unsigned least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  unsigned most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (!follows(1, least, most) || !follows(2, 0x80, 0xbf)) return 0;
  if (lead < 0xf0) return 3;
  return follows(3, 0x80, 0xbf) ? 4 : 0;
}

constexpr std::string_view kHex = "0123456789ABCDEF";

}  // namespace

LogText& LogText::raw(std::string_view text) {
  std::size_t size = std::min(text.size(), room());
  if (size == 0) return *this;  // an empty view may be null
  std::memcpy(at_, text.data(), size);
  at_ += size;
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

LogText& LogText::json(std::string_view text) {
  while (!text.empty()) {
    std::size_t run = 0;
    while (run < text.size() && kPlainJson[static_cast<unsigned char>(text[run])]) ++run;
    raw(text.substr(0, run));
    text.remove_prefix(run);
    if (text.empty()) break;
    std::size_t size = utf8_size(text);
    if (room() < std::max(size, kJsonGrowth)) break;
    if (size > 1) {
      raw(text.substr(0, size));
    } else {
      json_escape(static_cast<unsigned char>(text[0]));
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return *this;
}

void LogText::json_escape(unsigned char byte) {
  constexpr std::string_view kShort = "\"\"\\\\\bb\ff\nn\rr\tt";
  for (std::size_t i = 0; i < kShort.size(); i += 2) {
    if (static_cast<unsigned char>(kShort[i]) != byte) continue;
    raw('\\').raw(kShort[i + 1]);
    return;
  }
  raw("\\u00").raw(kHex[byte >> 4]).raw(kHex[byte & 15]);
}

LogText& LogText::number(std::uint64_t value) {
  char digits[20];
  return raw({digits, static_cast<std::size_t>(base::write_decimal(digits, value) - digits)});
}

}  // namespace weir::observe
