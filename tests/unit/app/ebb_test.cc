#include "app/ebb.h"

#include <doctest/doctest.h>

namespace weir::app {

namespace {

constexpr std::uint64_t kMega = std::uint64_t{1} << 20;

}  // namespace

TEST_CASE("what clients explain is no reason, what they leave behind is, at the second look") {
  Ebb ebb;
  CHECK_FALSE(ebb.look(8 * kMega, 0));
  // They come, and stay.
  for (int i = 0; i < 3; ++i) CHECK_FALSE(ebb.look(30 * kMega, 22 * kMega));
  // They have gone.
  CHECK_FALSE(ebb.look(30 * kMega, 0));
  CHECK(ebb.look(30 * kMega, 0));
  CHECK(ebb.look(30 * kMega, 0));
}

TEST_CASE("a burst between two looks is seen by what it left") {
  Ebb ebb;
  CHECK_FALSE(ebb.look(8 * kMega, 0));
  CHECK_FALSE(ebb.look(30 * kMega, 0));
  CHECK(ebb.look(30 * kMega, 0));
}

TEST_CASE("a moment between two bursts is none, and little is nothing") {
  Ebb ebb;
  CHECK_FALSE(ebb.look(8 * kMega, 0));
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(ebb.look(30 * kMega, 0));
    CHECK_FALSE(ebb.look(30 * kMega, 22 * kMega));
  }
  Ebb small;
  CHECK_FALSE(small.look(4 * kMega, 0));
  for (int i = 0; i < 3; ++i) CHECK_FALSE(small.look(4 * kMega + Ebb::kLeast - 1, 0));
  Ebb large;
  CHECK_FALSE(large.look(100 * kMega, 0));
  for (int i = 0; i < 3; ++i) CHECK_FALSE(large.look(130 * kMega, 0));
}

TEST_CASE("what could not be given back is not asked back again") {
  Ebb ebb;
  CHECK_FALSE(ebb.look(8 * kMega, 0));
  CHECK_FALSE(ebb.look(30 * kMega, 0));
  CHECK(ebb.look(30 * kMega, 0));
  ebb.settle();
  for (int i = 0; i < 3; ++i) CHECK_FALSE(ebb.look(30 * kMega, 0));
}

}  // namespace weir::app
