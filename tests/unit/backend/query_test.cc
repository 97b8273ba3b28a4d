#include "backend/query.h"

#include <doctest/doctest.h>

namespace weir::backend {

TEST_CASE("the first parameter of a name counts") {
  Query query("a=1&bc=2&a=3&d&=x&&e=f=g");
  CHECK(query.text("a") == "1");
  CHECK(query.text("bc") == "2");
  CHECK(query.text("d") == "");
  CHECK(query.text("e") == "f=g");
  CHECK_FALSE(query.text("b"));
  CHECK_FALSE(query.text("c"));
  CHECK_FALSE(Query("").text("a"));
}

TEST_CASE("a parameter that is no number is told from one that is not there") {
  Query query("a=17&b=x&c=&d=-1&e=99999999999999999999");
  CHECK(query.number("a", 5, 17) == 17);
  CHECK_FALSE(query.number("a", 5, 16));
  CHECK(query.number("missing", 5, 100) == 5);
  for (auto name : {"b", "c", "d", "e"}) CHECK_FALSE(query.number(name, 5, UINT64_MAX));
}

}  // namespace weir::backend
