#include "observe/repeats.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::observe {
namespace {

constexpr base::Stamp kMs = 1'000'000;

struct Fixture {
  auto tell() {
    return [this](Level, std::string_view text, std::uint64_t count) {
      told.push_back(std::string(text) + " " + std::to_string(count));
    };
  }
  // Whether it is to be written.
  bool say(const std::string& text, base::Stamp now, Level level = Level::kWarn) {
    return repeats.take(level, text, now, tell());
  }
  void settle(base::Stamp now) { repeats.settle_until(now, tell()); }
  Repeats repeats;
  std::vector<std::string> told;
};

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a few of the same are written, the others are told by their number") {
  for (unsigned i = 0; i < 20; ++i) CHECK(say("a", i * kMs) == (i < Repeats::kWrittenMax));
  CHECK(told.empty());
  settle(9'999 * kMs);
  CHECK(told.empty());
  settle(10'000 * kMs);
  CHECK(told == Told{"a 15"});
  settle(30'000 * kMs);
  CHECK(told.size() == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "behind its window a text is new again, and what was held back is told first") {
  for (unsigned i = 0; i < 7; ++i) say("a", kMs);
  CHECK(say("a", 20'000 * kMs));
  CHECK(told == Told{"a 2"});
  CHECK(say("a", 20'001 * kMs));
}

TEST_CASE_FIXTURE(Fixture, "texts and levels are told apart") {
  for (unsigned i = 0; i < 10; ++i) {
    bool wanted = i < Repeats::kWrittenMax;
    CHECK(say("a", kMs) == wanted);
    CHECK(say("b", kMs) == wanted);
    CHECK(say("a", kMs, Level::kError) == wanted);
  }
  settle(20'000 * kMs);
  CHECK(told.size() == 3);
}

TEST_CASE_FIXTURE(Fixture,
                  "of many texts the oldest makes room, and is told when something was held back") {
  for (unsigned i = 0; i < 6; ++i) say("first", kMs);
  for (unsigned i = 0; i < Repeats::kTexts - 1; ++i) say("text " + std::to_string(i), 2 * kMs);
  CHECK(told.empty());
  CHECK(say("one more", 3 * kMs));
  CHECK(told == Told{"first 1"});
  CHECK(say("first", 4 * kMs));
}

TEST_CASE_FIXTURE(Fixture, "a text that keeps coming is not the one that makes room") {
  for (int i = 1; i <= 100; ++i) {
    say("often", i * kMs);
    say("text " + std::to_string(i), i * kMs);
  }
  settle(20'000 * kMs);
  CHECK(told == Told{"often 95"});
}

TEST_CASE_FIXTURE(Fixture, "long texts are compared whole, and cut when told") {
  std::string text(5000, 'x');
  for (unsigned i = 0; i < 6; ++i) say(text, kMs);
  CHECK(say(text + "y", kMs));
  text.back() = 'y';
  CHECK(say(text, kMs));
  settle(20'000 * kMs);
  CHECK(told == Told{std::string(Repeats::kTextMax, 'x') + " 1"});
}

}  // namespace weir::observe
