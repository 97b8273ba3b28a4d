#include "observe/error_log.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <regex>
#include <string>
#include <thread>
#include <utility>
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

TEST_CASE("what comes again and again is told by its number, at the end at the latest") {
  Pipe told;
  {
    ErrorLog log(told.in());
    for (int i = 0; i < 20; ++i) log.write_limited(Level::kWarn, "again");
    log.write(Level::kInfo, "something else");
    CHECK(lines_of(told.read()).size() == Repeats::kWrittenMax + 1);
    log.tell_repeats();
    CHECK(told.read().empty());
  }
  auto lines = lines_of(told.read());
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].ends_with("[warn] again ... repeated 15 times"));
}

TEST_CASE("a level that is not wanted is not counted either") {
  Pipe told;
  {
    ErrorLog log(told.in(), Level::kError);
    for (int i = 0; i < 20; ++i) log.write_limited(Level::kWarn, "again");
  }
  CHECK(told.read().empty());
}

TEST_CASE("it goes to a file from when it is configured so, and back to standard error") {
  Scratch scratch;
  Pipe told;
  ErrorLog log(told.in());
  ErrorLogOptions options{scratch / "error.log", Level::kWarn};
  auto file = ErrorLog::open(options);
  REQUIRE(file.ok());
  log.configure(options, std::move(file.value()));
  log.write(Level::kInfo, "not wanted");
  log.write(Level::kWarn, "one");
  std::filesystem::rename(scratch / "error.log", scratch / "error.log.1");
  log.reopen();
  log.write(Level::kWarn, "two");
  CHECK(lines_of(text_of_file(scratch / "error.log.1")).size() == 1);
  CHECK(text_of_file(scratch / "error.log").ends_with("[warn] two\n"));
  CHECK(told.read().empty());
  CHECK(ErrorLog::open({"stderr", Level::kInfo}).ok());
  CHECK_FALSE(ErrorLog::open({"stderr", Level::kInfo}).value());
}

TEST_CASE("a file that cannot be opened is told, and one that cannot be opened anew is used on") {
  Scratch scratch;
  auto bad = ErrorLog::open({"/nonexistent/log", Level::kInfo});
  REQUIRE_FALSE(bad.ok());
  CHECK(bad.error().text ==
        "cannot open the error log '/nonexistent/log': No such file or directory");
  std::filesystem::create_directory(scratch / "logs");
  ErrorLogOptions options{scratch / "logs/log", Level::kInfo};
  auto file = ErrorLog::open(options);
  REQUIRE(file.ok());
  ErrorLog log;
  log.configure(options, std::move(file.value()));
  std::filesystem::rename(scratch / "logs", scratch / "moved");
  log.reopen();
  log.write(Level::kInfo, "on");
  auto lines = lines_of(text_of_file(scratch / "moved/log"));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].ends_with("; the open file is used on"));
  CHECK(lines[1].ends_with("[info] on"));
}

}  // namespace weir::observe
