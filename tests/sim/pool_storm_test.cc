#include "sim/pool_storm.h"

#include <doctest/doctest.h>

namespace weir::sim {

TEST_CASE("pools pick whom they promise to, in any weather, and give every place back once") {
  std::size_t picks = 0;
  std::size_t storms = 0;
  support::over_seeds("pools", 48, [&](std::uint64_t seed) {
    PoolStorm storm(seed);
    for (int i = 0; i < 4; ++i) {
      storm.blow(400);
      storm.calm();
    }
    storm.finish();
    picks += storm.picks();
    ++storms;
  });
  // It was no calm.
  CHECK(picks > 200 * storms);
}

}  // namespace weir::sim
