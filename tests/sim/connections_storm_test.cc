#include "sim/connections_storm.h"

#include <doctest/doctest.h>

namespace weir::sim {

TEST_CASE("each connection is lent to one at a time and kept idle within bounds, or closed") {
  std::size_t reused = 0;
  std::size_t storms = support::over_seeds("connections", 40, [&](std::uint64_t seed) {
    ConnectionsStorm storm(seed);
    storm.blow(2'000);
    storm.finish();
    reused += storm.reused();
  });
  // It was no calm; a single one, that is replayed, may be.
  CHECK((storms == 1 || reused > 15 * storms));
}

}  // namespace weir::sim
