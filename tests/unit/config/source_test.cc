#include "config/source.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::config {

namespace {

std::size_t column(const Source& source, std::size_t offset) {
  return source.position(offset).column;
}

}  // namespace

TEST_CASE("lines and columns count from 1, columns in characters") {
  Source source("a.yaml", "ab\n\nüx: y\r\nlast");
  CHECK(source.position(0).line == 1);
  CHECK(column(source, 1) == 2);
  CHECK(source.position(3).line == 2);
  CHECK(source.position(4).line == 3);
  CHECK(column(source, 6) == 2);  // behind the two bytes of ü
  CHECK(source.line(3) == "üx: y");
  CHECK(source.line(4) == "last");
  CHECK(source.position(source.text().size()).line == 4);
  CHECK(column(source, source.text().size() + 100) == 5);
}

TEST_CASE("a source without text has one empty line") {
  Source source("a.yaml", "");
  CHECK(source.position(0).line == 1);
  CHECK(source.line(1).empty());
  CHECK(source.excerpt(Place{}, "") == "    1 |\n      | ^\n");
}

TEST_CASE("a place past the end is cut") {
  Source source("a.yaml", "abc");
  CHECK(source.text(Place{1, 100}) == "bc");
  CHECK(source.text(Place{100, 1}).empty());
  CHECK(source.excerpt(Place{100, 5}, "") == "    1 | abc\n      |    ^\n");
}

TEST_CASE("the caret stands under the token and the hint behind it") {
  Source source("a.yaml", "x: 1\n  max_fail: 3\n");
  CHECK(source.excerpt(Place{7, 8}, "did you mean 'max_fails'?") ==
        "    2 |   max_fail: 3\n"
        "      |   ^~~~~~~~ did you mean 'max_fails'?\n");
}

TEST_CASE("the caret stands right behind tabs and wide bytes") {
  Source source("a.yaml", "\tü: größe\n");
  CHECK(source.excerpt(Place{5, 7}, "") == "    1 |  ü: größe\n      |     ^~~~~\n");
}

TEST_CASE("a token of several lines is underlined to the end of its first") {
  Source source("a.yaml", "a: \"b\nc\"\n");
  CHECK(source.excerpt(Place{3, 5}, "") == "    1 | a: \"b\n      |    ^~\n");
}

TEST_CASE("a long line is cut around the caret") {
  std::string text = std::string(1000, 'a') + "TOKEN" + std::string(1000, 'b');
  Source source("a.yaml", text);
  std::string excerpt = source.excerpt(Place{1000, 5}, "here");
  std::size_t end = excerpt.find('\n');
  CHECK(end < 180);
  std::size_t token = excerpt.find("TOKEN");
  std::size_t caret = excerpt.find('^') - (end + 1);
  CHECK(token == caret);
  CHECK(excerpt.find("^~~~~ here") != std::string::npos);
  // A token longer than what is shown ends with it.
  CHECK(source.excerpt(Place{0, 2005}, "").size() < 400);
}

TEST_CASE("bytes that no text has are found, and shown as ?") {
  CHECK(!Source("a", "plain ü \t text\r\nmore\n").first_bad_byte());
  CHECK(Source("a", std::string("ab\0c", 4)).first_bad_byte() == 2);
  CHECK(Source("a", "a\x1b").first_bad_byte() == 1);
  CHECK(Source("a", "a\rb").first_bad_byte() == 1);
  CHECK(Source("a", "ab\xff").first_bad_byte() == 2);
  CHECK(Source("a", "\xc0\xaf").first_bad_byte() == 0);          // overlong
  CHECK(Source("a", "\xed\xa0\x80").first_bad_byte() == 0);      // surrogate
  CHECK(Source("a", "\xf4\x90\x80\x80").first_bad_byte() == 0);  // past U+10FFFF
  CHECK(!Source("a", "\xf0\x9f\x8c\x8a").first_bad_byte());
  CHECK(Source("a", "\xe2\x82").first_bad_byte() == 0);  // cut
  CHECK(Source("a",
               "a\x01\xff"
               "b")
            .excerpt(Place{1, 2}, "") == "    1 | a??b\n      |  ^~\n");
}

}  // namespace weir::config
