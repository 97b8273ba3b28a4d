#include "cache/control.h"

#include <doctest/doctest.h>

#include "unit/cache/fields_of.h"

namespace weir::cache {
namespace {

ResponseControl of(std::string_view line) {
  return response_control(FieldsOf{{"Cache-Control", line}});
}
RequestControl asked(std::string_view line) {
  return request_control(FieldsOf{{"Cache-Control", line}});
}

}  // namespace

TEST_CASE("each directive of a response is taken, in any case (RFC 9111 section 5.2.2)") {
  CHECK(of("max-age=60").max_age.seconds == 60);
  CHECK(of("MAX-AGE=60").max_age.seconds == 60);
  CHECK(of("max-age=\"60\"").max_age.seconds == 60);
  CHECK(of("s-maxage=7").s_maxage.seconds == 7);
  CHECK(of("stale-while-revalidate=30").stale_while_revalidate.seconds == 30);
  CHECK(of("stale-if-error=3600").stale_if_error.seconds == 3600);
  CHECK(of("no-store").no_store);
  CHECK(of("No-Cache").no_cache);
  CHECK(of("private").is_private);
  CHECK(of("public").is_public);
  CHECK(of("must-revalidate").must_revalidate);
  CHECK(of("proxy-revalidate").proxy_revalidate);
  CHECK(of("must-understand").must_understand);
  CHECK(of("immutable").immutable);
}

TEST_CASE("what nobody knows counts nothing") {
  ResponseControl control = of("max-age-x=1, x-no-store, community=\"no-store\", no-transform");
  CHECK_FALSE(control.max_age.given());
  CHECK_FALSE(control.no_store);
}

TEST_CASE("a span that is no number, or two of them, is 0 (RFC 9111 section 4.2.1)") {
  for (std::string_view line :
       {"max-age", "max-age=", "max-age=-1", "max-age=1.5", "max-age='60'", "max-age=60s",
        "max-age=\"6 0\"", "max-age =60", "max-age= 60", "max-age=+60", "max-age=0x10",
        "max-age=60, max-age=61", "max-age=60, max-age=x", "max-age=x, max-age=60"}) {
    CAPTURE(line);
    CHECK(of(line).max_age.given());
    CHECK(of(line).max_age.value_or(99) == 0);
  }
  CHECK(of("max-age=60, max-age=60").max_age.value_or(99) == 60);
  CHECK(of("public").max_age.value_or(99) == 99);
}

TEST_CASE("a span over 2^31 seconds is for ever (RFC 9111 section 1.2.2)") {
  CHECK(of("max-age=2147483647").max_age.seconds == 2'147'483'647);
  CHECK(of("max-age=2147483648").max_age.seconds == kForever);
  CHECK(of("max-age=99999999999999999999999").max_age.seconds == kForever);
  CHECK(of("max-age=00060").max_age.seconds == 60);
}

TEST_CASE("no-cache and private may name fields; in doubt they mean the whole") {
  ResponseControl control = of("no-cache=\"Set-Cookie, X-A\", private=X-B");
  CHECK_FALSE(control.no_cache);
  CHECK_FALSE(control.is_private);
  CHECK(control.no_cache_fields.contains("set-cookie"));
  CHECK(control.no_cache_fields.contains("X-a"));
  CHECK_FALSE(control.no_cache_fields.contains("X-B"));
  CHECK(control.private_fields.contains("x-b"));
  for (std::string_view line : {"no-cache=", "no-cache=\"\"", "no-cache=\" , \"", "no-cache=\"a",
                                "no-cache =\"a\"", "no-cache=\"a\", no-cache"}) {
    CAPTURE(line);
    CHECK(of(line).no_cache);
  }
  CHECK(of("no-cache=a, no-cache=b, no-cache=c, no-cache=d, no-cache=e").no_cache);
}

TEST_CASE("what forbids counts though malformed, what allows does not") {
  CHECK(of("no-store=yes").no_store);
  CHECK(of("no-store =1").no_store);
  CHECK(of("private x").is_private);
  CHECK(of("must-revalidate;").must_revalidate);
  CHECK_FALSE(of("public;").is_public);
  CHECK_FALSE(of("must-understand x").must_understand);
}

TEST_CASE("stale it may not be given by must-revalidate, proxy-revalidate and s-maxage") {
  CHECK(of("must-revalidate").forbids_stale());
  CHECK(of("proxy-revalidate").forbids_stale());
  CHECK(of("s-maxage=5").forbids_stale());
  CHECK_FALSE(of("max-age=5, stale-if-error=9").forbids_stale());
}

TEST_CASE("each directive of a request is taken (RFC 9111 section 5.2.1)") {
  CHECK(asked("max-age=5").max_age == 5);
  CHECK(asked("max-stale=5").max_stale == 5);
  CHECK(asked("max-stale").max_stale == kForever);
  CHECK(asked("min-fresh=5").min_fresh == 5);
  CHECK(asked("stale-if-error=5").stale_if_error == 5);
  CHECK(asked("no-cache").no_cache);
  CHECK(asked("no-store").no_store);
  CHECK(asked("only-if-cached").only_if_cached);
}

TEST_CASE("of malformed and repeated numbers of a request the most careful counts") {
  CHECK(asked("max-age=x").max_age == 0);
  CHECK(asked("max-age=9, max-age=5").max_age == 5);
  CHECK(asked("max-stale=x").max_stale == 0);
  CHECK(asked("max-stale=").max_stale == 0);
  CHECK(asked("max-stale, max-stale=5").max_stale == 5);
  CHECK(asked("min-fresh=x").min_fresh == kForever);
  CHECK(asked("min-fresh=5, min-fresh=9").min_fresh == 9);
}

TEST_CASE("Pragma says no-cache where there is no Cache-Control (RFC 9111 section 5.4)") {
  CHECK(request_control(FieldsOf{{"Pragma", "no-cache"}}).no_cache);
  CHECK(request_control(FieldsOf{{"Pragma", "x=1, No-Cache"}}).no_cache);
  CHECK_FALSE(request_control(FieldsOf{{"Pragma", "cache"}}).no_cache);
  CHECK_FALSE(
      request_control(FieldsOf{{"Pragma", "no-cache"}, {"Cache-Control", "max-age=5"}}).no_cache);
  CHECK_FALSE(response_control(FieldsOf{{"Pragma", "no-cache"}}).no_cache);
}

}  // namespace weir::cache
