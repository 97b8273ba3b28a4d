#include "backend/pattern.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::backend {

TEST_CASE("the pattern counts lines and begins again after its period") {
  CHECK(pattern(0, 25) == "000000000\n000000001\n00000");
  CHECK(pattern(kPatternPeriod - 10, 100) == "000006499\n");
  CHECK(pattern(kPatternPeriod, 10) == "000000000\n");
  CHECK(pattern(kPatternPeriod * std::uint64_t{1} << 30, 3) == "000");
}

TEST_CASE("the pattern is the same however it is cut into pieces") {
  std::string whole;
  while (whole.size() < 3 * kPatternPeriod) whole += pattern(whole.size(), UINT64_MAX);
  std::string small;
  while (small.size() < whole.size()) small += pattern(small.size(), 4097);
  CHECK(small.substr(0, whole.size()) == whole);
}

TEST_CASE("a lost buffer of any usual size shows") {
  for (std::size_t lost = 512; lost <= std::size_t{1} << 24; lost *= 2) {
    CHECK(lost % kPatternPeriod != 0);
    CHECK(pattern(1000, 20) != pattern(1000 + lost, 20));
  }
}

}  // namespace weir::backend
