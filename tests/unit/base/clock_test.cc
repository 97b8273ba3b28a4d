#include "base/clock.h"

#include <doctest/doctest.h>

namespace weir::base {

TEST_CASE("a stamp after another is milliseconds later; a span of zero means never") {
  CHECK(after(5, Duration(1)) == 1'000'005);
  CHECK(after(0, std::chrono::hours(24)) == 86'400'000'000'000);
  CHECK(after(5, Duration(0)) == kNever);
}

TEST_CASE("a span that no clock can hold means never, and does not overflow") {
  CHECK(after(1'000'000'000, Duration::max()) == kNever);
  CHECK(after(1'000'000'000, std::chrono::hours(24 * 365 * 200)) == kNever);
  CHECK(after(1'000'000'000, std::chrono::hours(24 * 365 * 99)) < kNever);
}

TEST_CASE("spans are told in seconds, as Prometheus counts") {
  CHECK(seconds(0, 1'500'000'000) == doctest::Approx(1.5));
  CHECK(seconds(10, 10) == 0);
}

}  // namespace weir::base
