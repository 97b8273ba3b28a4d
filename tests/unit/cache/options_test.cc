#include "cache/options.h"

#include <doctest/doctest.h>

namespace weir::cache {

TEST_CASE("valid speaks of a status by its number, else by any, else not at all") {
  CacheOptions options;
  CHECK(!options.valid_for(200));
  options.valid = {{0, 5}, {200, 60}};
  CHECK(options.valid_for(200) == 60);
  CHECK(options.valid_for(404) == 5);
}

}  // namespace weir::cache
