#include "sim/health_storm.h"

#include <doctest/doctest.h>

namespace weir::sim {

TEST_CASE("endpoints are as healthy as their probes say, whatever changes meanwhile") {
  std::size_t changes = 0;
  std::size_t storms = 0;
  support::over_seeds("health", 12, [&](std::uint64_t seed) {
    HealthStorm storm(seed);
    storm.blow(1'500);
    storm.finish();
    changes += storm.changes();
    ++storms;
  });
  // It was no calm.
  CHECK(changes > 10 * storms);
}

}  // namespace weir::sim
