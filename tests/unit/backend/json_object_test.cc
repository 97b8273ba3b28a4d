#include "backend/json_object.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::backend {

TEST_CASE("members stand in the order in which they were added") {
  base::Arena arena;
  JsonObject object;
  object.text("b", "x").number("a", UINT64_MAX).json("c", "[1,2]");
  CHECK(object.finish(arena) == "{\"b\":\"x\",\"a\":18446744073709551615,\"c\":[1,2]}\n");
  CHECK(JsonObject().finish(arena) == "{}\n");
}

TEST_CASE("what JSON does not take as it is is escaped") {
  base::Arena arena;
  JsonObject object;
  object.text("a\"b", std::string_view("\\ \n\0 \x1f \x7f \xc3\xa9", 11));
  CHECK(object.finish(arena) == "{\"a\\\"b\":\"\\\\ \\u000a\\u0000 \\u001f \x7f \xc3\xa9\"}\n");
}

}  // namespace weir::backend
