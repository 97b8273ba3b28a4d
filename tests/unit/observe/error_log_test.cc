#include "observe/error_log.h"

#include <doctest/doctest.h>

#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "unit/observe/scratch.h"

namespace weir::observe {

TEST_CASE("a line has its time and its level") {
  Pipe told;
  ErrorLog log(told.in());
  log.write(Level::kWarn, "text of 'it'");
  CHECK(std::regex_match(
      told.read(),
      std::regex("\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d \\[warn\\] text of 'it'\n")));
  log.write(Level::kInfo, "a");
  log.write(Level::kError, "b");
  auto lines = lines_of(told.read());
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].ends_with("[info] a"));
  CHECK(lines[1].ends_with("[error] b"));
}

TEST_CASE("lines below the least level are left out") {
  Pipe told;
  ErrorLog log(told.in(), Level::kWarn);
  CHECK_FALSE(log.wants(Level::kInfo));
  log.write(Level::kInfo, "a");
  CHECK(told.read().empty());
  log.write(Level::kWarn, "b");
  CHECK_FALSE(told.read().empty());
}

TEST_CASE("a line stays a line, whatever is in it") {
  Pipe told;
  ErrorLog log(told.in());
  log.write(Level::kInfo, "a\nb\x1b[2J\x7f \"q\" \xc3\xa9");
  CHECK(told.read().ends_with("[info] a\\x0Ab\\x1B[2J\\x7F \"q\" \xc3\xa9\n"));
  log.write(Level::kInfo, std::string(10'000, 'x'));
  auto text = told.read();
  CHECK(text.size() == ErrorLog::kLineMax);
  CHECK(text.ends_with("x\n"));
}

TEST_CASE("a descriptor that takes nothing loses lines and does not block") {
  Pipe told;
  // The end that blocks, as a terminal's does.
  fcntl(told.in(), F_SETFL, 0);
  ErrorLog log(told.in());
  std::string text(2000, 'x');
  int wrote = 0;
  while (log.dropped() == 0 && wrote < 100'000) {
    log.write(Level::kInfo, text);
    ++wrote;
  }
  CHECK(log.dropped() == 1);
  for (const auto& line : lines_of(told.read())) CHECK(line.ends_with("xxxx"));
  log.write(Level::kInfo, "again");
  CHECK(told.read().ends_with("again\n"));
}

TEST_CASE("lines of several threads do not mix") {
  Pipe told;
  ErrorLog log(told.in());
  std::vector<std::thread> threads;
  for (char c : {'a', 'b', 'c', 'd'}) {
    threads.emplace_back([&log, c] {
      for (int i = 0; i < 20; ++i) log.write(Level::kInfo, std::string(300, c));
    });
  }
  for (auto& thread : threads) thread.join();
  auto lines = lines_of(told.read());
  CHECK(lines.size() == 80);
  for (const auto& line : lines) CHECK(line.ends_with(std::string(300, line.back())));
}

}  // namespace weir::observe
