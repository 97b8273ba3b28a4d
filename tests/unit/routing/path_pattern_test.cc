#include "routing/path_pattern.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::routing {
namespace {

TEST_CASE("all of nginx's location kinds are read") {
  struct Row {
    std::string_view text;
    PathKind kind;
    std::string_view read;
  };
  for (const auto& row : std::vector<Row>{{"/", PathKind::kPrefix, "/"},
                                          {"/a/", PathKind::kPrefix, "/a/"},
                                          {"  /a ", PathKind::kPrefix, "/a"},
                                          {"= /a", PathKind::kExact, "/a"},
                                          {"=/a", PathKind::kExact, "/a"},
                                          {"^~ /a/", PathKind::kPreferredPrefix, "/a/"},
                                          {"^~/a/", PathKind::kPreferredPrefix, "/a/"},
                                          {"~ ^/a/[0-9]+$", PathKind::kRegex, "^/a/[0-9]+$"},
                                          {"~\\.php$", PathKind::kRegex, "\\.php$"},
                                          {"~* \\.PNG$", PathKind::kRegexNoCase, "\\.PNG$"},
                                          {"~*x", PathKind::kRegexNoCase, "x"}}) {
    CAPTURE(row.text);
    auto pattern = parse_path_pattern(row.text);
    REQUIRE(pattern.ok());
    CHECK(pattern.value().kind == row.kind);
    CHECK(pattern.value().text == row.read);
    // What is written out is read as the same.
    CHECK(parse_path_pattern(text_of(pattern.value())).value() == pattern.value());
  }
}

TEST_CASE("paths get the normal form of requests") {
  struct Row {
    std::string_view text;
    std::string_view read;
  };
  for (const auto& row : std::vector<Row>{{"/%61bc", "/abc"},
                                          {"/a%2fb", "/a%2Fb"},
                                          {"/a b", "/a%20b"},
                                          {"/caf\xc3\xa9", "/caf%C3%A9"},
                                          {"/.well-known/", "/.well-known/"},
                                          {"/a.", "/a."},
                                          {"/a/...", "/a/..."},
                                          {"/%7Euser", "/~user"},
                                          {"/a/..b/c..", "/a/..b/c.."}}) {
    CAPTURE(row.text);
    auto pattern = parse_path_pattern(row.text);
    REQUIRE(pattern.ok());
    CHECK(pattern.value().text == row.read);
  }
}

TEST_CASE("regexes are left as they are written") {
  auto pattern = parse_path_pattern("~ ^/a//b/../%2f$");
  REQUIRE(pattern.ok());
  CHECK(pattern.value().text == "^/a//b/../%2f$");
}

TEST_CASE("what no request can have is refused, and the error says why") {
  struct Row {
    std::string_view text;
    std::string_view says;
  };
  for (const auto& row : std::vector<Row>{{"", "leave 'path' out"},
                                          {"=", "leave 'path' out"},
                                          {"^~ ", "leave 'path' out"},
                                          {"a/b", "begin with '/'"},
                                          {"= a", "begin with '/'"},
                                          {"*", "begin with '/'"},
                                          {"/a//b", "'//'"},
                                          {"//", "'//'"},
                                          {"/a/../b", "segment"},
                                          {"/a/./b", "segment"},
                                          {"/..", "segment"},
                                          {"/.", "segment"},
                                          {"/a/%2e%2E/b", "segment"},
                                          {"/a/.%2e", "segment"},
                                          {"= /%2e/", "segment"},
                                          {"/a?b=c", "query"},
                                          {"/a#b", "query"},
                                          {"/a%", "'%'"},
                                          {"/a%2", "'%'"},
                                          {"/a%zz", "'%'"},
                                          {"/a%00", "%00"},
                                          {"~", "without text"},
                                          {"~* ", "without text"},
                                          {"~ (a", "not valid"},
                                          {"~ ^/a(?!b)", "PCRE-only"}}) {
    CAPTURE(row.text);
    auto pattern = parse_path_pattern(row.text);
    REQUIRE_FALSE(pattern.ok());
    CHECK_MESSAGE(pattern.error().text.find(row.says) != std::string::npos, pattern.error().text);
  }
}

}  // namespace
}  // namespace weir::routing
