#include "admin/duration_text.h"

#include <doctest/doctest.h>

namespace weir::admin {

TEST_CASE("a duration is told by its two largest units") {
  CHECK(duration_text(0) == "0s");
  CHECK(duration_text(59.9) == "59s");
  CHECK(duration_text(60) == "1m 0s");
  CHECK(duration_text(3'600) == "1h 0m");
  CHECK(duration_text(3'600 * 5 + 61) == "5h 1m");
  CHECK(duration_text(86'400.0 * 12 + 61) == "12d 0h");
  CHECK(duration_text(86'400.0 * 1'000 + 7'200) == "1000d 2h");
  CHECK(duration_text(-5) == "0s");
}

}  // namespace weir::admin
