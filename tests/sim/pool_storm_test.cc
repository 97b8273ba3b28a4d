#include "sim/pool_storm.h"

#include <doctest/doctest.h>

namespace weir::sim {

TEST_CASE("pools pick whom they promise to, in any weather, and give every place back once") {
  std::size_t picks = 0;
  std::size_t storms = support::over_seeds("pools", 48, [&](std::uint64_t seed) {
    PoolStorm storm(seed);
    for (int i = 0; i < 4; ++i) {
      storm.blow(400);
      storm.calm();
    }
    storm.finish();
    picks += storm.picks();
  });
  // It was no calm; a single one, that is replayed, may be.
  CHECK((storms == 1 || picks > 200 * storms));
}

}  // namespace weir::sim
