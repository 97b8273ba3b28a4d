#include <doctest/doctest.h>

#include "transcript.h"

TEST_CASE("requests are read as their table says, however they are cut") {
  weir::wire::check_table("requests.txt", weir::wire::Side::kRequest, 100);
}
