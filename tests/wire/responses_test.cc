#include <doctest/doctest.h>

#include "transcript.h"

TEST_CASE("responses are read as their table says, however they are cut") {
  weir::wire::check_table("responses.txt", weir::wire::Side::kResponse, 100);
}
