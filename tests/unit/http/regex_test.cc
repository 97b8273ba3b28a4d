#include "http/regex.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace weir::http {
namespace {

Regex compiled(std::string_view pattern, Case sensitivity = Case::kSensitive) {
  auto regex = Regex::compile(pattern, sensitivity);
  REQUIRE_MESSAGE(regex.ok(), regex.error().text);
  return std::move(regex.value());
}

RegexSet set_of(const std::vector<RegexSet::Pattern>& patterns) {
  auto set = RegexSet::build(patterns);
  REQUIRE_MESSAGE(set.ok(), set.error().text);
  return std::move(set.value());
}

std::vector<std::size_t> all_matches(const RegexSet& set, std::string_view text) {
  std::vector<std::size_t> found;
  set.each_match(text, [&](std::size_t index) {
    found.push_back(index);
    return false;
  });
  return found;
}

TEST_CASE("a regex is searched anywhere in the text, unless it is anchored") {
  CHECK(compiled("b+").matches("abbc"));
  CHECK_FALSE(compiled("^b+").matches("abbc"));
  CHECK(compiled("\\.(png|jpg)$").matches("/a/b.jpg"));
  CHECK_FALSE(compiled("\\.(png|jpg)$").matches("/a/b.jpg/x"));
  CHECK(compiled("").matches(""));
}

TEST_CASE("case counts only where it was asked for") {
  CHECK_FALSE(compiled("^/Img").matches("/img/1"));
  CHECK(compiled("^/Img", Case::kInsensitive).matches("/iMG/1"));
}

TEST_CASE("any bytes can be searched, valid UTF-8 or not") {
  CHECK(
      compiled("^.b$").matches("\xff"
                               "b"));
  CHECK(compiled("\\xC3\\xA9").matches("caf\xc3\xa9"));
  CHECK(compiled("a.c").matches(std::string_view("a\0c", 3)));
}

TEST_CASE("captures are views into the text, empty for groups that took no part") {
  std::string text = "/users/42/edit";
  std::array<std::string_view, 5> groups = {"left", "over", "from", "before", "this"};
  REQUIRE(compiled("/(\\w+)/(\\d+)(x)?").match(text, groups));
  CHECK(groups[0] == "/users/42");
  CHECK(groups[1] == "users");
  CHECK(groups[2] == "42");
  CHECK(groups[1].data() == text.data() + 1);
  CHECK(groups[3].empty());
  CHECK(groups[4].empty());
}

TEST_CASE("captures stay untouched where the regex does not match") {
  std::array<std::string_view, 1> groups = {"before"};
  CHECK_FALSE(compiled("z").match("abc", groups));
  CHECK(groups[0] == "before");
}

TEST_CASE("more groups than can be reported still match") {
  std::array<std::string_view, 12> groups;
  auto regex = compiled("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)");
  CHECK(regex.group_count() == 11);
  REQUIRE(regex.match("abcdefghijk", groups));
  CHECK(groups[9] == "i");
  CHECK(groups[10].empty());
}

TEST_CASE("what only PCRE has is named in the error") {
  struct Row {
    std::string_view pattern;
    std::string_view says;
  };
  for (const auto& row : std::vector<Row>{{"^/a(?=b)", "look-ahead"},
                                          {"(?!x)", "look-ahead"},
                                          {"(?<=a)b", "look-behind"},
                                          {"(?<!a)b", "look-behind"},
                                          {"(a)\\1", "back-reference"},
                                          {"(?P<n>a)\\k<n>", "back-reference"},
                                          {"(?P<n>a)(?P=n)", "back-reference"},
                                          {"a*+", "possessive"},
                                          {"(?>a)", "atomic"},
                                          {"(?R)", "recursion"},
                                          {"(a)(?(1)b|c)", "conditional"},
                                          {"a\\Kb", "escape"},
                                          {"(?<id>\\d+)", "(?P<name>...)"}}) {
    auto regex = Regex::compile(row.pattern);
    REQUIRE_FALSE(regex.ok());
    const std::string& error = regex.error().text;
    CHECK_MESSAGE(error.find("PCRE-only") != std::string::npos, error);
    CHECK_MESSAGE(error.find(row.says) != std::string::npos, error);
    CHECK_MESSAGE(error.find(row.pattern) != std::string::npos, error);
  }
}

TEST_CASE("what is wrong in any syntax is not blamed on PCRE") {
  for (std::string_view pattern :
       {"(a", "a)", "[a", "*a", "a**", "\\", "x{2,1}", "a{1001}", "[[:foo:]]"}) {
    auto regex = Regex::compile(pattern);
    REQUIRE_FALSE(regex.ok());
    CHECK_MESSAGE(regex.error().text.find("is not valid: ") != std::string::npos,
                  regex.error().text);
  }
}

TEST_CASE("a pattern that unrolls without bound is refused") {
  CHECK_FALSE(Regex::compile("((((x{30}){30}){30}){30}){30}").ok());
}

TEST_CASE("a small and a large set find the same, lowest index first") {
  for (std::size_t extra : {std::size_t{0}, RegexSet::kOneByOneMax + 1, std::size_t{500}}) {
    std::vector<RegexSet::Pattern> patterns = {{"zz", Case::kSensitive},
                                               {"^/a", Case::kSensitive},
                                               {"^/B", Case::kInsensitive},
                                               {"b$|c$", Case::kSensitive}};
    for (std::size_t i = 0; i < extra; ++i) {
      patterns.push_back({"^/never/" + std::to_string(i) + "$", Case::kSensitive});
    }
    patterns.push_back({"", Case::kSensitive});
    auto set = set_of(patterns);
    auto last = patterns.size() - 1;
    CHECK(set.size() == patterns.size());
    CHECK(all_matches(set, "/abc") == std::vector<std::size_t>{1, 3, last});
    CHECK(all_matches(set, "/bb") == std::vector<std::size_t>{2, 3, last});
    CHECK(all_matches(set, "/BC") == std::vector<std::size_t>{2, last});
    CHECK(all_matches(set, "") == std::vector<std::size_t>{last});
    CHECK(set.fallbacks() == 0);
  }
}

TEST_CASE("a set stops at the match that is taken") {
  auto set = set_of({{"a", Case::kSensitive}, {"b", Case::kSensitive}, {"c", Case::kSensitive}});
  std::size_t taken = 99;
  CHECK(set.each_match("cb", [&](std::size_t index) {
    taken = index;
    return true;
  }));
  CHECK(taken == 1);
  CHECK_FALSE(set.each_match("x", [](std::size_t) { return true; }));
}

TEST_CASE("the first bad pattern of a set is its error") {
  auto set = RegexSet::build({{"a", Case::kSensitive}, {"(b", Case::kSensitive}});
  REQUIRE_FALSE(set.ok());
  CHECK(set.error().text.find("'(b'") != std::string::npos);
}

TEST_CASE("a set that runs out of memory goes on one by one, and counts it") {
  // Each is within a regex's bound; together they unroll to more than the set's.
  std::vector<RegexSet::Pattern> patterns;
  for (int i = 0; i < 64; ++i) {
    patterns.push_back({std::to_string(i) + "[^/]{900}[a-f]{900}", Case::kSensitive});
  }
  patterns.push_back({"^/a+$", Case::kSensitive});
  auto set = set_of(patterns);
  CHECK(all_matches(set, "/aaa") == std::vector<std::size_t>{64});
  CHECK(all_matches(set, "/b").empty());
  CHECK(set.fallbacks() == 2);
}

}  // namespace
}  // namespace weir::http
