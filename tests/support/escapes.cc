#include "support/escapes.h"

#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace weir::support {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";

[[noreturn]] void fail(std::string_view text) {
  throw std::runtime_error("a malformed escape in '" + std::string(text) + "'");
}

char byte_of(std::string_view text, std::size_t at) {
  if (at + 2 > text.size()) fail(text);
  std::size_t high = kHex.find(text[at]);
  std::size_t low = kHex.find(text[at + 1]);
  if (high == std::string_view::npos || low == std::string_view::npos) fail(text);
  return static_cast<char>(high * 16 + low);
}

// "N:text", N times.
std::string repeat(std::string_view inside) {
  std::size_t colon = inside.find(':');
  if (colon == std::string_view::npos) fail(inside);
  std::string once = unescape(inside.substr(colon + 1));
  std::string all;
  for (auto n = std::stoul(std::string(inside.substr(0, colon))); n > 0; --n) all += once;
  return all;
}

}  // namespace

std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    if (++i == text.size()) fail(text);
    if (text[i] == 'r') {
      out += '\r';
    } else if (text[i] == 'n') {
      out += '\n';
    } else if (text[i] == 't') {
      out += '\t';
    } else if (text[i] == '0') {
      out += '\0';
    } else if (text[i] == 'x') {
      out += byte_of(text, i + 1);
      i += 2;
    } else if (text[i] == '{') {
      std::size_t end = text.find('}', i);
      if (end == std::string_view::npos) fail(text);
      out += repeat(text.substr(i + 1, end - i - 1));
      i = end;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string escape(std::string_view bytes) {
  std::string out;
  for (char c : bytes) {
    auto value = static_cast<std::uint8_t>(c);
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\\') {
      out += "\\\\";
    } else if (value < 0x20 || value >= 0x7f) {
      out += "\\x";
      out += kHex[value >> 4U];
      out += kHex[value & 15U];
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace weir::support
