#include "routing/value_pattern.h"

#include <doctest/doctest.h>

#include <vector>

namespace weir::routing {
namespace {

TEST_CASE("a value is exact, a regex, or anything at all") {
  struct Row {
    std::string_view pattern;
    std::string_view value;
    bool matches;
  };
  for (const auto& row : std::vector<Row>{{"1", "1", true},
                                          {"1", "10", false},
                                          {"1", "", false},
                                          {"", "", true},
                                          {"", "1", false},
                                          {"A", "a", false},
                                          {"a*", "a*", true},
                                          {"a*", "ab", false},
                                          {"*", "", true},
                                          {"*", "anything", true},
                                          {"**", "anything", false},
                                          {"~ ^[0-9]+$", "17", true},
                                          {"~^[0-9]+$", "17a", false},
                                          {"~ b", "abc", true},
                                          {"~ B", "abc", false},
                                          {"~* B", "abc", true},
                                          {"~*^a", "ABC", true},
                                          {"~ ^\\*$", "*", true},
                                          {"~ ^~x$", "~x", true}}) {
    CAPTURE(row.pattern);
    CAPTURE(row.value);
    auto pattern = ValuePattern::parse(row.pattern);
    REQUIRE_MESSAGE(pattern.ok(), pattern.error().text);
    CHECK(pattern.value().matches(row.value) == row.matches);
    CHECK(pattern.value().text() == row.pattern);
  }
}

TEST_CASE("a regex that is none is refused") {
  for (std::string_view text : {"~", "~*", "~ ", "~ (a", "~ a(?=b)"}) {
    CAPTURE(text);
    CHECK_FALSE(ValuePattern::parse(text).ok());
  }
}

}  // namespace
}  // namespace weir::routing
