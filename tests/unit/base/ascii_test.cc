#include "base/ascii.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

namespace weir::base {

TEST_CASE("letters, digits and hexadecimal digits are those of ASCII, for all 256 bytes") {
  for (int i = 0; i < 256; ++i) {
    char c = static_cast<char>(i);
    CHECK(lower(c) == (i >= 'A' && i <= 'Z' ? static_cast<char>(i + 32) : c));
    CHECK(is_digit(c) == (i >= '0' && i <= '9'));
    std::string digits = "0123456789abcdef";
    auto value = digits.find(lower(c));
    CHECK(hex_value(c) == (value == std::string::npos ? -1 : static_cast<int>(value)));
  }
}

TEST_CASE("texts are equal but for the case of ASCII letters") {
  CHECK(equal_nocase("", ""));
  CHECK(equal_nocase("Content-LENGTH", "cOnTent-length"));
  CHECK_FALSE(equal_nocase("a", "ab"));
  CHECK_FALSE(equal_nocase("ab", "ac"));
  CHECK_FALSE(equal_nocase("@", "`"));  // they differ by the bit that letters differ by
  CHECK_FALSE(equal_nocase("[", "{"));
  CHECK_FALSE(equal_nocase("\xc3\x84", "\xc3\xa4"));
  CHECK(to_lower("ABC-xyz_019\xc3\x84") == "abc-xyz_019\xc3\x84");
}

TEST_CASE("spaces and tabs are trimmed at both ends, and nothing else") {
  CHECK(trim("") == "");
  CHECK(trim(" \t ") == "");
  CHECK(trim("\t a \t b \t") == "a \t b");
  CHECK(trim("\r\na\v") == "\r\na\v");
}

TEST_CASE("a number is digits only, and fits 64 bits") {
  CHECK(parse_decimal("0") == 0);
  CHECK(parse_decimal("007") == 7);
  CHECK(parse_decimal("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
  for (const char* text : {"", " ", "18446744073709551616", "99999999999999999999999", "-1", "+1",
                           "1 ", " 1", "1a", "0x10", "1.0", "\xd9\xa1"}) {
    CHECK_MESSAGE(!parse_decimal(text).has_value(), text);
  }
  CHECK_FALSE(parse_decimal({"1\0", 2}).has_value());
}

TEST_CASE("a number is written in decimal, the longest in 20 characters") {
  for (std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{9}, std::uint64_t{10}, std::uint64_t{123456789},
        std::numeric_limits<std::uint64_t>::max()}) {
    char text[20];
    char* end = write_decimal(text, value);
    CHECK(std::string(text, end) == std::to_string(value));
    CHECK(parse_decimal({text, static_cast<std::size_t>(end - text)}) == value);
  }
}

TEST_CASE("each element of a list is visited, trimmed, the empty ones not") {
  auto all = [](std::string_view list) {
    std::vector<std::string> found;
    each_token(list, [&](std::string_view item) {
      found.emplace_back(item);
      return true;
    });
    return found;
  };
  using List = std::vector<std::string>;
  CHECK(all("").empty());
  CHECK(all(" , ,, \t").empty());
  CHECK(all("a") == List{"a"});
  CHECK(all("close, Upgrade ,\tkeep-alive") == List{"close", "Upgrade", "keep-alive"});
  CHECK(all(",a,,b c,") == List{"a", "b c"});
}

TEST_CASE("visiting stops when the visitor says so") {
  int visited = 0;
  each_token("a,b,c", [&](std::string_view item) {
    ++visited;
    return item != "b";
  });
  CHECK(visited == 2);
}

}  // namespace weir::base
