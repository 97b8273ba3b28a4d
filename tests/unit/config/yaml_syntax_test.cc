#include "config/yaml_syntax.h"

#include <doctest/doctest.h>

#include <string>

#include "config/yaml_node.h"

namespace weir::config {

namespace {

// What is said about a text that is no YAML: "line:column message | hint".
std::string told(std::string text) {
  Source source("a", std::move(text));
  Errors errors(source);
  CHECK(!read_yaml(errors));
  CHECK(errors.count() == 1);
  std::string all = render({&errors});
  std::string first = all.substr(2, all.find('\n') - 2);
  std::size_t caret = all.find('^', all.find("\n      | "));
  std::size_t end = all.find('\n', caret);
  std::size_t hint = all.find(' ', caret);
  if (hint < end) first += " |" + all.substr(hint, end - hint);
  first.erase(first.find("error: "), 7);
  return first;
}

}  // namespace

TEST_CASE("a tab that indents is named, whatever the parser stumbles over") {
  const char* message = "a tab cannot indent YAML; use spaces";
  CHECK(told("limits:\n\tbody: 1m\n") == std::string("2:1: ") + message);
  CHECK(told("limits:\n  body: 1m\n\theaders: 2\n") == std::string("3:1: ") + message);
  CHECK(told("limits:\n  \tbody: 1m\n") == std::string("2:3: ") + message);
}

TEST_CASE("an IPv6 address without quotes is named") {
  CHECK(told("listen: [::]:80\n") == "1:9: an IPv6 address must be quoted | write \"[::]:80\"");
  CHECK(told("listen:\n  - [fd00::1]:80\n") ==
        "2:5: an IPv6 address must be quoted | write \"[fd00::1]:80\"");
}

TEST_CASE("an IPv6 address without quotes in a flow list, which reads as a key, is named") {
  Source source("a", "listen: [8080, [fd00::1]:80, [a]: 1]\n");
  Errors errors(source);
  CHECK(read_yaml(errors));
  CHECK(errors.count() == 2);
  CHECK(render({&errors}).starts_with("a:1:16: error: an IPv6 address must be quoted\n"));
  CHECK(render({&errors}).find("write \"[fd00::1]:80\"") != std::string::npos);
}

TEST_CASE("a variable without quotes in a flow map is named") {
  CHECK(told("a: {b: ${PORT}}\n") ==
        "1:8: ${NAME} must be quoted within { } and [ ] | write \"${PORT}\"");
}

TEST_CASE("characters that begin no plain value are named") {
  CHECK(told("host: *.example.com\n") ==
        "1:7: a value that begins with * must be quoted (aliases are not supported) | write "
        "\"*.example.com\"");
  CHECK(told("a: @b\n") == "1:4: a value that begins with @ must be quoted | write \"@b\"");
  CHECK(told("a: `b`\n") == "1:4: a value that begins with ` must be quoted | write \"`b`\"");
  CHECK(told("a: %b\n") == "1:4: a value that begins with % must be quoted | write \"%b\"");
}

TEST_CASE("an open bracket is shown where it was opened") {
  CHECK(told("a: [1, 2\nb: 3\n") == "1:4: this '[' is not closed | expected ',' or ']' in line 2");
  CHECK(told("a: {b: [1], c: {d: 1}\n") ==
        "1:4: this '{' is not closed | expected ',' or '}' before the end, in line 1");
}

TEST_CASE("a regex without quotes in a flow map is named") {
  const char* message = "a text that holds [, ], { or } must be quoted within { } and [ ]";
  CHECK(told("a: {path: ~ ^/x[0-9]+$, b: 1}\n") == std::string("1:11: ") + message);
  CHECK(told("a: {path: ~ ^/x{2}$, b: 1}\n") == std::string("1:11: ") + message);
}

TEST_CASE("an open quote is shown where it was opened") {
  CHECK(told("a: 1\nb: \"c\nd: 2\n") == "2:4: this quote is not closed before the end of the file");
  CHECK(told("a: \"b\nc: \"d\"\n") ==
        "1:4: this quote is closed only in line 2; is a quote missing in this line?");
}

TEST_CASE("a colon within a value, a bad escape and a misplaced dash are told") {
  CHECK(told("a: b: c\n").find("quote values that hold ': '") != std::string::npos);
  CHECK(told("a: \"\\d\"\n").find("this escape is unknown") != std::string::npos);
  CHECK(told("a: - b\n").find("begin the list in a line of its own") != std::string::npos);
  CHECK(told("a: b]\nc: ]\n").find("a bracket that closes nothing") != std::string::npos);
}

TEST_CASE("what is no text is refused before it is parsed") {
  CHECK(told(std::string("a: \0", 4)) ==
        "1:4: byte 0x00 is no text; a configuration is UTF-8 text");
  CHECK(told("\x7f"
             "ELF\x02")
            .find("byte 0x7F is no text") != std::string::npos);
  CHECK(told("\xff\xfe"
             "a")
            .find("the file is UTF-16") != std::string::npos);
  CHECK(told("# x\n%YAML 1.2\n---\na: 1\n").find("2:1: YAML directives") == 0);
}

TEST_CASE("brackets beyond all reason do not reach the parser") {
  CHECK(told(std::string(1'000'000, '[')).find("too many brackets") != std::string::npos);
  CHECK(told("a: " + std::string(1'000'000, '{')).find("too many brackets") != std::string::npos);
}

}  // namespace weir::config
