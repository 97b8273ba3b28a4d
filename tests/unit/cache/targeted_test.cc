#include "cache/targeted.h"

#include <doctest/doctest.h>

#include "unit/cache/fields_of.h"

namespace weir::cache {

TEST_CASE("CDN-Cache-Control takes the place of Cache-Control (RFC 9213)") {
  auto both = [](std::string_view targeted) {
    return response_control(
        FieldsOf{{"Cache-Control", "no-store, max-age=1"}, {"CDN-Cache-Control", targeted}});
  };
  ResponseControl control = both("max-age=600, stale-if-error=5;x=1, must-revalidate");
  CHECK(control.targeted);
  CHECK_FALSE(control.no_store);
  CHECK(control.max_age.seconds == 600);
  CHECK(control.stale_if_error.seconds == 5);
  CHECK(control.must_revalidate);
  CHECK(both("max-age=1, max-age=2").max_age.value_or(0) == 2);
  CHECK(both("no-store=?0, max-age=3").no_store == false);
  CHECK(both("private=\"X-A\"").private_fields.contains("x-a"));
  CHECK(both("x=(a \"b\" 1.5;p);q=?1, y=:aGk=:, z=tok/en, max-age=4").max_age.seconds == 4);
  // Of another type than its own a value counts nothing, and the field is valid.
  for (std::string_view line : {"max-age=1.0", "max-age=\"60\"", "max-age", "max-age=-60"}) {
    CAPTURE(line);
    CHECK(both(line).targeted);
    CHECK_FALSE(both(line).max_age.given());
  }
}

TEST_CASE("a CDN-Cache-Control that is empty or no Dictionary counts nothing, whole") {
  for (std::string_view line : {"",
                                "  ",
                                "max-age=600,",
                                "max-age=600, Public",
                                "MAX-AGE=600",
                                "max-age =600",
                                "max-age=600 x",
                                "max-age=600; ",
                                "a=\"open",
                                "a=\"\\x\"",
                                "a=:b",
                                "a=?2",
                                "a=(b",
                                "a=(b\"c\")",
                                "a=1.",
                                "a=1.2345",
                                "a=1234567890123456",
                                "a=,b",
                                "max-age=600;;",
                                "=1",
                                "a=@"}) {
    CAPTURE(line);
    ResponseControl control =
        response_control(FieldsOf{{"Cache-Control", "max-age=1"}, {"CDN-Cache-Control", line}});
    CHECK_FALSE(control.targeted);
    CHECK(control.max_age.seconds == 1);
  }
}

}  // namespace weir::cache
