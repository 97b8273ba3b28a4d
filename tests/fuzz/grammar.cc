#include "fuzz/grammar.h"

#include <algorithm>
#include <limits>

namespace weir::fuzz {
namespace {

constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";

bool is_token_char(char c) { return is_alpha(c) || has(kDigits, c) || has(kTokenMarks, c); }

}  // namespace

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool has(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

bool only(std::string_view set, std::string_view text) {
  return text.find_first_not_of(set) == std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

std::vector<std::string> list_of(std::string_view value) {
  std::vector<std::string> items;
  for (;;) {
    std::size_t comma = std::min(value.find(','), value.size());
    std::string item = lower(trimmed(value.substr(0, comma)));
    if (!item.empty()) items.push_back(item);
    if (comma == value.size()) return items;
    value.remove_prefix(comma + 1);
  }
}

std::optional<std::uint64_t> number_of(std::string_view digits, unsigned base) {
  std::uint64_t value = 0;
  for (char c : lower(digits)) {
    auto digit = static_cast<unsigned>(has(kDigits, c) ? c - '0' : c - 'a' + 10);
    if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / base) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

}  // namespace weir::fuzz
