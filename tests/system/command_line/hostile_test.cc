#include <doctest/doctest.h>
#include <sys/stat.h>

#include <random>

#include "support/patience.h"
#include "system/command_line/setup.h"

namespace weir::command_line {

namespace {

std::string repeated(const std::string& part, std::size_t size) {
  std::string text;
  while (text.size() < size) text += part;
  return text;
}

// The same bytes each time.
std::string noise(std::size_t size) {
  std::mt19937 source(7);
  std::string text;
  while (text.size() < size) text += static_cast<char>(source() & 0xff);
  return text;
}

// Refused with one or more errors, within seconds and in few words.
void check_refused(const std::string& file) {
  CAPTURE(file);
  auto start = support::Clock::now();
  Run run = weir({"check", "-c", file});
  CHECK(run.status == kBadConfig);
  CHECK(has(run.err, "error"));
  CHECK(run.err.size() < 200'000);
  CHECK_FALSE(has(run.err, "Sanitizer"));
  CHECK(support::Clock::now() - start < std::chrono::seconds(15));
}

}  // namespace

TEST_CASE("hostile files end within seconds, with an error") {
  constexpr std::size_t kLarge = 4'000'000;
  TempDir dir;
  check_refused(dir.write("brackets.yaml", repeated("[", kLarge)));
  check_refused(dir.write("braces.yaml", repeated("{a: ", kLarge)));
  check_refused(dir.write("dashes.yaml", repeated("- ", kLarge)));
  check_refused(dir.write("quote.yaml", "listen: \"" + repeated("x", kLarge)));
  check_refused(dir.write("keys.yaml", repeated("a: b\n", kLarge)));
  check_refused(dir.write("noise.yaml", noise(kLarge)));
  check_refused(dir.write("zeros.yaml", std::string(100'000, '\0')));
  check_refused(dir.write("larger.yaml", repeated("# a comment\n", 50'000'000)));
  check_refused(dir.write("empty.yaml", ""));
  std::string bomb = "a: &a [x, x]\n";
  for (char c = 'b'; c <= 'z'; ++c) {
    std::string before(1, static_cast<char>(c - 1));
    bomb += std::string(1, c) + ": &" + std::string(1, c) + " [*" + before + ", *" + before + "]\n";
  }
  check_refused(dir.write("bomb.yaml", bomb));
}

TEST_CASE("what is no file at all ends at once, and is told") {
  TempDir dir;
  REQUIRE(::mkfifo(dir.path("fifo").c_str(), 0600) == 0);
  check_refused(dir.path("fifo"));
  check_refused("/dev/zero");
  check_refused("/dev/null");
  check_refused(dir.path(""));
  check_refused("/dev/null/weir.yaml");
  check_refused("");
}

}  // namespace weir::command_line
