#include "observe/log_text.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::observe {
namespace {

std::string escaped(std::string_view text, std::size_t room = 200) {
  char memory[200];
  LogText out(memory, room);
  out.escaped(text);
  return std::string(out.view());
}

std::string json(std::string_view text, std::size_t room = 200) {
  char memory[200];
  LogText out(memory, room);
  out.json(text);
  return std::string(out.view());
}

}  // namespace

TEST_CASE("what comes from a client is escaped as nginx does it") {
  CHECK(escaped("plain text ~!") == "plain text ~!");
  CHECK(escaped("a\"b\\c") == "a\\x22b\\x5Cc");
  CHECK(escaped("a\r\nb\t") == "a\\x0D\\x0Ab\\x09");
  CHECK(escaped("\x7f\x80\xff") == "\\x7F\\x80\\xFF");
  CHECK(escaped(std::string_view("\0", 1)) == "\\x00");
  CHECK(escaped("") == "");
}

TEST_CASE("text ends where its memory does, and an escape is whole or not there") {
  CHECK(escaped("abcdef", 3) == "abc");
  CHECK(escaped("ab\ncd", 5) == "ab");
  CHECK(escaped("ab\ncd", 6) == "ab\\x0A");
  CHECK(escaped("ab", 0) == "");
  char memory[3];
  LogText out(memory, sizeof(memory));
  out.raw('a').number(12345).raw('z');
  CHECK(out.view() == "a12");
  CHECK(out.size() == 3);
}

TEST_CASE("a string of JSON is escaped, and UTF-8 stays what it is") {
  CHECK(json("plain ~") == "plain ~");
  CHECK(json("a\"b\\c/") == "a\\\"b\\\\c/");
  CHECK(json("\b\f\n\r\t") == "\\b\\f\\n\\r\\t");
  CHECK(json(std::string_view("\0\x1f\x7f", 3)) == "\\u0000\\u001F\x7f");
  CHECK(json("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80") ==
        "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
}

TEST_CASE("bytes that are no UTF-8 become characters of their number") {
  CHECK(json("\xE9") == "\\u00E9");
  CHECK(json("a\x80z") == "a\\u0080z");
  CHECK(json("\xC3(") == "\\u00C3(");
  CHECK(json("\xE2\x82") == "\\u00E2\\u0082");  // cut short
  CHECK(json("\xC0\xAF") == "\\u00C0\\u00AF");  // longer than need be
  CHECK(json("\xE0\x80\x80") == "\\u00E0\\u0080\\u0080");
  CHECK(json("\xED\xA0\x80") == "\\u00ED\\u00A0\\u0080");  // half of a pair
  CHECK(json("\xF4\x90\x80\x80") == "\\u00F4\\u0090\\u0080\\u0080");
  CHECK(json("\xFF\xFE") == "\\u00FF\\u00FE");
}

TEST_CASE("each byte becomes at most six, and a character is written whole or not at all") {
  std::string hostile(10, '\x01');
  CHECK(json(hostile, 60).size() == 60);
  CHECK(json(hostile, 59).size() == 54);
  CHECK(json("\xF0\x9F\x98\x80", 5) == "");
}

}  // namespace weir::observe
