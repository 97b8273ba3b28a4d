#include "observe/log_text.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>
#include <regex>
#include <string>

namespace weir::observe {
namespace {

std::string escaped(std::string_view text, std::size_t room = 200) {
  char memory[200];
  LogText out(memory, room);
  out.escaped(text);
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

TEST_CASE("the time is nginx's time_local") {
  LogTime time;
  std::string text(time.get(1));
  CHECK(std::regex_match(
      text, std::regex("\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4}")));
  char expected[40];
  std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  std::strftime(expected, sizeof(expected), "%d/%b/%Y:%H:", &parts);
  CHECK(text.starts_with(expected));
}

TEST_CASE("the time is made anew at most once a second") {
  LogTime time;
  std::string_view text = time.get(1);
  std::string copy(text);
  CHECK(time.get(2).data() == text.data());
  CHECK(time.get(2) == copy);
  // A second of monotonic time later it is looked at again.
  CHECK(time.get(2'000'000'000).size() == copy.size());
}

TEST_CASE("the error log's time is nginx's") {
  char memory[40];
  LogText out(memory, sizeof(memory));
  put_time(out);
  CHECK(std::regex_match(std::string(out.view()),
                         std::regex("\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d")));
}

}  // namespace weir::observe
