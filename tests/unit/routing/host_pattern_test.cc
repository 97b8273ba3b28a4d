#include "routing/host_pattern.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::routing {
namespace {

TEST_CASE("hosts are read without regard to case and a trailing dot") {
  struct Row {
    std::string_view text;
    bool wildcard;
    std::string_view read;
  };
  for (const auto& row : std::vector<Row>{{"shop.example.com", false, "shop.example.com"},
                                          {"Shop.Example.COM.", false, "shop.example.com"},
                                          {"localhost", false, "localhost"},
                                          {"a_b-c.1", false, "a_b-c.1"},
                                          {"10.0.0.1", false, "10.0.0.1"},
                                          {"[::1]", false, "[::1]"},
                                          {"[2001:DB8::192.0.2.1]", false, "[2001:db8::192.0.2.1]"},
                                          {"*.Example.com", true, ".example.com"},
                                          {"*.com.", true, ".com"}}) {
    CAPTURE(row.text);
    auto pattern = parse_host_pattern(row.text);
    REQUIRE(pattern.ok());
    CHECK(pattern.value().wildcard == row.wildcard);
    CHECK(pattern.value().text == row.read);
    // What is written out is read as the same.
    CHECK(parse_host_pattern(text_of(pattern.value())).value() == pattern.value());
  }
}

TEST_CASE("what is no host is refused, and the error says what to write") {
  struct Row {
    std::string text;
    std::string_view says;
  };
  for (const auto& row : std::vector<Row>{{"", "leave 'host' out"},
                                          {"*", "leave 'host' out"},
                                          {"*.", "empty"},
                                          {"*.*", "leave 'host' out"},
                                          {"www.*", "only in front"},
                                          {"*shop.com", "only in front"},
                                          {"a.*.com", "only in front"},
                                          {"~^www", "regexes"},
                                          {"example.com:80", "port"},
                                          {"::1", "brackets"},
                                          {"[::1]:80", "brackets"},
                                          {"caf\xc3\xa9.com", "xn--"},
                                          {".example.com", "*.example.com"},
                                          {"a..b", "empty"},
                                          {"*..b", "empty"},
                                          {".", "empty"},
                                          {"a/b", "letters"},
                                          {"a b", "letters"},
                                          {std::string(254, 'a'), "253"}}) {
    CAPTURE(row.text);
    auto pattern = parse_host_pattern(row.text);
    REQUIRE_FALSE(pattern.ok());
    CHECK_MESSAGE(pattern.error().text.find(row.says) != std::string::npos, pattern.error().text);
  }
}

}  // namespace
}  // namespace weir::routing
