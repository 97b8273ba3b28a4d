#include "observe/log_time.h"

#include <doctest/doctest.h>

#include <ctime>
#include <regex>
#include <string>

namespace weir::observe {

TEST_CASE("the time is nginx's time_local") {
  LogTime time;
  std::string text(time.local(1));
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
  std::string_view text = time.local(1);
  std::string copy(text);
  CHECK(time.local(2).data() == text.data());
  CHECK(time.local(2) == copy);
  // A second of monotonic time later it is looked at again.
  CHECK(time.local(2'000'000'000).size() == copy.size());
}

TEST_CASE("the other time is nginx's time_iso8601, of the same moment") {
  LogTime time;
  std::string text(time.iso8601(1));
  CHECK(std::regex_match(text,
                         std::regex("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[+-]\\d\\d:\\d\\d")));
  CHECK(time.local(1).substr(12, 8) == text.substr(11, 8));
}

TEST_CASE("milliseconds are the wall clock's, and go on between two looks at it") {
  LogTime time;
  auto first = time.unix_ms(1'000'000'000);
  auto now = static_cast<std::uint64_t>(std::time(nullptr)) * 1000;
  CHECK(first + 2000 > now);
  CHECK(first < now + 2000);
  LogTime other;
  auto begin = other.unix_ms(0);
  auto next = other.unix_ms(1'000'000);
  CHECK(next >= begin + 1);
  CHECK(next <= begin + 1000);
}

TEST_CASE("the error log's time is nginx's") {
  char memory[40];
  LogText out(memory, sizeof(memory));
  put_time(out);
  CHECK(std::regex_match(std::string(out.view()),
                         std::regex("\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d")));
}

TEST_CASE("syslog's time is RFC 3164's, a day below ten behind two blanks") {
  char memory[40];
  LogText out(memory, sizeof(memory));
  put_syslog_time(out);
  CHECK(std::regex_match(std::string(out.view()),
                         std::regex("[A-Z][a-z]{2} [ 1-3]\\d \\d\\d:\\d\\d:\\d\\d")));
}

}  // namespace weir::observe
