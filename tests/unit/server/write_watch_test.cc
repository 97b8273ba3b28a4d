#include "server/write_watch.h"

#include <doctest/doctest.h>

namespace weir::server {

namespace {

constexpr base::Stamp kSecond = 1'000'000'000;
constexpr base::Duration kTimeout{20'000};

}  // namespace

TEST_CASE("a stall is found when it is as long as the timeout, and at most a quarter later") {
  WriteWatch watch;
  CHECK(!watch.on());
  watch.begin(100 * kSecond);
  CHECK(watch.on());
  base::Stamp now = 100 * kSecond;
  // The first look finds what was written at the beginning; from then on nothing moves.
  for (int looks = 0; looks < 100; ++looks) {
    now = watch.next_look(now, kTimeout);
    if (watch.stalled(now, 5000, kTimeout)) break;
  }
  CHECK(now == 125 * kSecond);
}

TEST_CASE("where it is known what was written, a stall is found at once") {
  WriteWatch watch;
  watch.begin(100 * kSecond, 5000);
  base::Stamp now = 100 * kSecond;
  do now = watch.next_look(now, kTimeout);
  while (!watch.stalled(now, 5000, kTimeout));
  CHECK(now == 120 * kSecond);
}

TEST_CASE("what moves is never stalled") {
  WriteWatch watch;
  watch.begin(0);
  base::Stamp now = 0;
  for (std::uint64_t written = 0; written < 1000; ++written) {
    now += 19 * kSecond;
    CHECK(!watch.stalled(now, written, kTimeout));
  }
}

TEST_CASE("no timeout: no look; a tiny one still looks") {
  WriteWatch watch;
  watch.begin(5);
  CHECK(watch.next_look(5, base::Duration(0)) == base::kNever);
  CHECK(watch.next_look(5, base::Duration(1)) == 5 + 1'000'000);
  watch.end();
  CHECK(!watch.on());
}

}  // namespace weir::server
