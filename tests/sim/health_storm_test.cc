#include "sim/health_storm.h"

#include <doctest/doctest.h>

namespace weir::sim {

TEST_CASE("endpoints are as healthy as their probes say, whatever changes meanwhile") {
  std::size_t changes = 0;
  std::size_t storms = support::over_seeds("health", 12, [&](std::uint64_t seed) {
    HealthStorm storm(seed);
    storm.blow(1'500);
    storm.finish();
    changes += storm.changes();
  });
  // It was no calm; a single one, that is replayed, may be.
  CHECK((storms == 1 || changes > 10 * storms));
}

}  // namespace weir::sim
