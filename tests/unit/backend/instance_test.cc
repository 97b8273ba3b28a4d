#include "backend/instance.h"

#include <doctest/doctest.h>

namespace weir::backend {

TEST_CASE("an instance is well until it is told to fail") {
  Health health;
  CHECK_FALSE(health.take_failure());
  health.fail(Health::kUntilToldOtherwise);
  for (int i = 0; i < 3; ++i) CHECK(health.take_failure());
  health.fail(0);
  CHECK_FALSE(health.take_failure());
}

TEST_CASE("an instance fails as often as it was told") {
  Health health;
  health.fail(2);
  CHECK(health.take_failure());
  CHECK(health.take_failure());
  CHECK_FALSE(health.take_failure());
}

}  // namespace weir::backend
