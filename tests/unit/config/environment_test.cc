#include "config/environment.h"

#include <doctest/doctest.h>

#include <cstring>

namespace weir::config {

namespace {

const char* lookup(const char* name) {
  if (std::strcmp(name, "PORT") == 0) return "8080";
  if (std::strcmp(name, "EMPTY") == 0) return "";
  if (std::strcmp(name, "NESTED") == 0) return "${PORT}";
  return nullptr;
}

std::string text_of(std::string_view text) {
  Expanded expanded = expand(text, lookup);
  CHECK(expanded.error.empty());
  return expanded.text;
}

}  // namespace

TEST_CASE("names in ${} are replaced") {
  CHECK(text_of("") == "");
  CHECK(text_of("127.0.0.1:${PORT}") == "127.0.0.1:8080");
  CHECK(text_of("${PORT}${PORT}") == "80808080");
  CHECK(text_of("a${EMPTY}b") == "ab");
}

TEST_CASE("a default stands in for an unset and for an empty variable") {
  CHECK(text_of("${PORT:-1}") == "8080");
  CHECK(text_of("${UNSET:-9000}") == "9000");
  CHECK(text_of("${EMPTY:-9000}") == "9000");
  CHECK(text_of("${UNSET:-}") == "");
  CHECK(text_of("${UNSET:-a:-b}") == "a:-b");
}

TEST_CASE("$${ is a literal ${, and a $ alone stays") {
  CHECK(text_of("$${PORT}") == "${PORT}");
  CHECK(text_of("$host$request_uri$") == "$host$request_uri$");
  CHECK(text_of("^/a$") == "^/a$");
}

TEST_CASE("what comes in is not expanded again") { CHECK(text_of("${NESTED}") == "${PORT}"); }

TEST_CASE("who means a variable of the request is told how that is written") {
  for (const char* text : {"https://${host}/", "${http_x_id}"})
    CHECK(expand(text, lookup).error.find("the variable of the request is $h") !=
          std::string::npos);
  CHECK(expand("${HTTP_PROXY}", lookup).error.find("'HTTP_PROXY' is not set") != std::string::npos);
}

TEST_CASE("the variables that a text names are told, and where a default stood in") {
  auto variables = expand("${PORT}${UNSET:-1}${EMPTY:-2}$${NONE}", lookup).variables;
  REQUIRE(variables.size() == 3);
  CHECK(variables[0].name == "PORT");
  CHECK(!variables[0].is_default);
  CHECK(variables[1].name == "UNSET");
  CHECK(variables[1].is_default);
  CHECK(variables[2].is_default);
}

TEST_CASE("an unset variable, an open brace and a bad name are errors with their place") {
  Expanded unset = expand("ab${UNSET}c", lookup);
  CHECK(unset.error.find("'UNSET' is not set") != std::string::npos);
  CHECK(unset.at == 2);
  CHECK(unset.length == 8);
  CHECK(expand("${PORT", lookup).error.find("not closed") != std::string::npos);
  for (const char* bad : {"${}", "${a-b}", "${1A}", "${ PORT }", "${PORT:1}"})
    CHECK(expand(bad, lookup).error.find("is no name") != std::string::npos);
}

}  // namespace weir::config
