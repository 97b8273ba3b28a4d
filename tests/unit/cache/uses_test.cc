#include "cache/uses.h"

#include <doctest/doctest.h>

#include <memory>

namespace weir::cache {

TEST_CASE("uses are counted by key, and forgotten by halves") {
  auto uses = std::make_unique<Uses>();
  CHECK(uses->note(1) == 1);
  CHECK(uses->note(1) == 2);
  CHECK(uses->note(2) == 1);
  // Which shares one of its places with the first.
  CHECK(uses->note(1 + (std::uint64_t{7} << 32U)) == 1);
  for (unsigned i = 0; i < 2 * Uses::kMax; ++i) uses->note(1);
  CHECK(uses->note(1) == Uses::kMax);
  for (unsigned i = 0; i < (1U << 18U); ++i)
    uses->note(std::uint64_t{3} | (std::uint64_t{3} << 32U));
  CHECK(uses->note(1) == Uses::kMax / 2 + 1);
}

}  // namespace weir::cache
