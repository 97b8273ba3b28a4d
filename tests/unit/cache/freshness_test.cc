#include "cache/freshness.h"

#include <doctest/doctest.h>

#include "unit/cache/fields_of.h"

namespace weir::cache {
namespace {

constexpr Seconds kNow = 784'111'777;  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view kBefore = "Sun, 06 Nov 1994 08:49:27 GMT";
constexpr std::string_view kAfter = "Sun, 06 Nov 1994 08:49:47 GMT";
constexpr std::string_view kDayBefore = "Sat, 05 Nov 1994 08:49:37 GMT";

Lifetime lifetime(const FieldsOf& fields, unsigned status = 200,
                  std::optional<Seconds> configured = {}) {
  http::ResponseHead response;
  response.status = status;
  response.fields = fields;
  return lifetime_of(response, response_control(response.fields), kNow, configured);
}

bool is(const Lifetime& lifetime, Seconds seconds, FreshBy by) {
  CAPTURE(lifetime.seconds);
  return lifetime.seconds == seconds && lifetime.by == by;
}

Reuse reuse_of(const Terms& terms, std::string_view request, Seconds later) {
  RequestControl control = request_control(FieldsOf{{"Cache-Control", request}});
  return reuse(terms, control, terms.received + later);
}

Terms fresh_for(Seconds lifetime) {
  Terms terms;
  terms.lifetime = lifetime;
  terms.received = kNow;
  return terms;
}

}  // namespace

TEST_CASE("a response's age is the larger of what Date and Age say (RFC 9111 section 4.2.3)") {
  CHECK(initial_age(FieldsOf{}, {kNow, kNow}) == 0);
  CHECK(initial_age(FieldsOf{{"Date", kDate}}, {kNow, kNow}) == 0);
  CHECK(initial_age(FieldsOf{{"Date", kBefore}}, {kNow - 3, kNow}) == 10);
  CHECK(initial_age(FieldsOf{{"Date", kAfter}}, {kNow, kNow}) == 0);
  CHECK(initial_age(FieldsOf{{"Date", kDate}, {"Age", "30"}}, {kNow, kNow}) == 30);
  CHECK(initial_age(FieldsOf{{"Date", kBefore}, {"Age", "4"}}, {kNow - 3, kNow}) == 10);
  CHECK(initial_age(FieldsOf{{"Date", kDate}, {"Age", "30"}}, {kNow - 3, kNow}) == 33);
  CHECK(initial_age(FieldsOf{{"Date", kDate}}, {kNow + 3, kNow}) == 0);
}

TEST_CASE("of several values of Age the first counts, an invalid one nothing (section 5.1)") {
  auto age = [](std::string_view text) {
    return initial_age(FieldsOf{{"Age", text}}, {kNow, kNow});
  };
  CHECK(age("30, 60") == 30);
  CHECK(initial_age(FieldsOf{{"Age", "30"}, {"Age", "60"}}, {kNow, kNow}) == 30);
  CHECK(age("x") == 0);
  CHECK(age("-5") == 0);
  CHECK(age("7.5") == 0);
  CHECK(age("") == 0);
  CHECK(age("99999999999999999999") == kForever);
}

TEST_CASE("s-maxage goes before max-age, max-age before Expires, all before the configured") {
  CHECK(is(lifetime({{"Cache-Control", "max-age=5, s-maxage=9"}, {"Expires", kAfter}}, 200, 7), 9,
           FreshBy::kSMaxAge));
  CHECK(is(lifetime({{"Cache-Control", "max-age=5"}, {"Expires", kAfter}}, 200, 7), 5,
           FreshBy::kMaxAge));
  CHECK(is(lifetime({{"Expires", kAfter}, {"Date", kDate}}, 200, 7), 10, FreshBy::kExpires));
  CHECK(is(lifetime({}, 200, 7), 7, FreshBy::kConfigured));
  CHECK(is(lifetime({}, 503, 7), 7, FreshBy::kConfigured));
  CHECK(is(lifetime({}), 0, FreshBy::kNothing));
}

TEST_CASE("an invalid one is stale, and does not let the next one speak") {
  CHECK(is(lifetime({{"Cache-Control", "s-maxage=x, max-age=9"}}), 0, FreshBy::kSMaxAge));
  CHECK(is(lifetime({{"Cache-Control", "max-age=x"}, {"Expires", kAfter}}), 0, FreshBy::kMaxAge));
  CHECK(is(lifetime({{"Expires", "0"}}, 200, 7), 0, FreshBy::kExpires));
  CHECK(is(lifetime({{"Expires", kAfter}, {"Expires", kDate}}), 0, FreshBy::kExpires));
  CHECK(is(lifetime({{"Expires", kAfter}, {"Expires", kAfter}}), 10, FreshBy::kExpires));
}

TEST_CASE("Expires counts from Date, or from when it came where there is none") {
  CHECK(is(lifetime({{"Expires", kAfter}}), 10, FreshBy::kExpires));
  CHECK(is(lifetime({{"Expires", kAfter}, {"Date", "yesterday"}}), 10, FreshBy::kExpires));
  CHECK(is(lifetime({{"Expires", kAfter}, {"Date", kBefore}}), 20, FreshBy::kExpires));
  CHECK(is(lifetime({{"Expires", kBefore}, {"Date", kAfter}}), 0, FreshBy::kExpires));
  CHECK(is(lifetime({{"Expires", "Sunday, 06-Nov-94 08:49:47 GMT"}}), 10, FreshBy::kExpires));
  CHECK(is(lifetime({{"Expires", "Sun Nov  6 08:49:47 1994"}}), 10, FreshBy::kExpires));
}

TEST_CASE("CDN-Cache-Control has Expires count nothing (RFC 9213 section 2.2)") {
  CHECK(is(lifetime({{"Expires", kAfter}, {"CDN-Cache-Control", "public"}}), 0, FreshBy::kNothing));
  CHECK(
      is(lifetime({{"Expires", kAfter}, {"CDN-Cache-Control", "max-age=3"}}), 3, FreshBy::kMaxAge));
}

TEST_CASE("without a word, a tenth of the time since Last-Modified, a day at most") {
  CHECK(is(lifetime({{"Last-Modified", kDayBefore}}), 8640, FreshBy::kHeuristic));
  CHECK(is(lifetime({{"Last-Modified", kDayBefore}}, 404), 8640, FreshBy::kHeuristic));
  CHECK(is(lifetime({{"Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT"}}), 86'400,
           FreshBy::kHeuristic));
  CHECK(is(lifetime({{"Last-Modified", kAfter}}), 0, FreshBy::kHeuristic));
  for (unsigned status : {201U, 202U, 206U, 302U, 303U, 307U, 400U, 403U, 500U, 503U, 599U}) {
    CAPTURE(status);
    CHECK(is(lifetime({{"Last-Modified", kDayBefore}}, status), 0, FreshBy::kNothing));
    CHECK(is(lifetime({{"Last-Modified", kDayBefore}, {"Cache-Control", "public"}}, status), 8640,
             FreshBy::kHeuristic));
  }
}

TEST_CASE("fresh is what is younger than its lifetime") {
  CHECK(reuse_of(fresh_for(10), "", 0) == Reuse::kFresh);
  CHECK(reuse_of(fresh_for(10), "", 9) == Reuse::kFresh);
  CHECK(reuse_of(fresh_for(10), "", 10) == Reuse::kRevalidate);
  Terms terms = fresh_for(10);
  terms.age = 4;
  CHECK(reuse_of(terms, "", 5) == Reuse::kFresh);
  CHECK(reuse_of(terms, "", 6) == Reuse::kRevalidate);
  // A clock that is set back makes nothing younger than it came.
  CHECK(reuse_of(terms, "", -100) == Reuse::kFresh);
  CHECK(terms.age_at(kNow - 100) == 4);
}

TEST_CASE("no-cache of either side asks first") {
  CHECK(reuse_of(fresh_for(10), "no-cache", 0) == Reuse::kRevalidate);
  Terms terms = fresh_for(10);
  terms.no_cache = true;
  CHECK(reuse_of(terms, "max-stale", 0) == Reuse::kRevalidate);
}

TEST_CASE("a request bounds age, freshness and staleness") {
  CHECK(reuse_of(fresh_for(100), "max-age=5", 5) == Reuse::kFresh);
  CHECK(reuse_of(fresh_for(100), "max-age=5", 6) == Reuse::kRevalidate);
  CHECK(reuse_of(fresh_for(100), "max-age=0", 0) == Reuse::kRevalidate);
  CHECK(reuse_of(fresh_for(100), "min-fresh=50", 50) == Reuse::kFresh);
  CHECK(reuse_of(fresh_for(100), "min-fresh=50", 51) == Reuse::kRevalidate);
  CHECK(reuse_of(fresh_for(10), "max-stale=5", 15) == Reuse::kStale);
  CHECK(reuse_of(fresh_for(10), "max-stale=5", 16) == Reuse::kRevalidate);
  CHECK(reuse_of(fresh_for(10), "max-stale", 100'000) == Reuse::kStale);
  CHECK(reuse_of(fresh_for(10), "max-stale, max-age=5", 6) == Reuse::kRevalidate);
  CHECK(reuse_of(fresh_for(10), "max-stale, min-fresh=1", 11) == Reuse::kRevalidate);
}

TEST_CASE("must-revalidate overrules what a request or stale-while-revalidate allows") {
  Terms terms = fresh_for(10);
  terms.forbids_stale = true;
  terms.stale_while_revalidate = 100;
  terms.stale_if_error = 100;
  CHECK(reuse_of(terms, "max-stale", 11) == Reuse::kRevalidate);
  CHECK(reuse_of(terms, "", 11) == Reuse::kRevalidate);
  CHECK_FALSE(may_answer_error(terms, {}, kNow + 11));
}

TEST_CASE("stale-while-revalidate answers within its window (RFC 5861 section 3)") {
  Terms terms = fresh_for(10);
  terms.stale_while_revalidate = 5;
  CHECK(reuse_of(terms, "", 9) == Reuse::kFresh);
  CHECK(reuse_of(terms, "", 10) == Reuse::kWhileRevalidate);
  CHECK(reuse_of(terms, "", 14) == Reuse::kWhileRevalidate);
  CHECK(reuse_of(terms, "", 15) == Reuse::kRevalidate);
  CHECK(reuse_of(terms, "no-cache", 10) == Reuse::kRevalidate);
}

TEST_CASE("only-if-cached never asks: 504 where asking would be due (section 5.2.1.7)") {
  CHECK(reuse_of(fresh_for(10), "only-if-cached", 5) == Reuse::kFresh);
  CHECK(reuse_of(fresh_for(10), "only-if-cached", 10) == Reuse::kRefuse);
  CHECK(reuse_of(fresh_for(10), "only-if-cached, max-stale", 10) == Reuse::kStale);
  CHECK(reuse_of(fresh_for(10), "only-if-cached, no-cache", 0) == Reuse::kRefuse);
}

TEST_CASE("stale-if-error answers errors within its window (RFC 5861 section 4)") {
  Terms terms = fresh_for(10);
  CHECK_FALSE(may_answer_error(terms, {}, kNow + 11));
  RequestControl request = request_control(FieldsOf{{"Cache-Control", "stale-if-error=5"}});
  CHECK(may_answer_error(terms, request, kNow + 14));
  CHECK_FALSE(may_answer_error(terms, request, kNow + 15));
  terms.stale_if_error = 20;
  CHECK(may_answer_error(terms, request, kNow + 29));
  CHECK_FALSE(may_answer_error(terms, request, kNow + 30));
  terms.no_cache = true;
  CHECK_FALSE(may_answer_error(terms, request, kNow + 11));
}

TEST_CASE("a soft purge makes stale at once, and leaves the windows of RFC 5861") {
  Terms terms = fresh_for(1000);
  terms.purged = true;
  CHECK(reuse_of(terms, "", 0) == Reuse::kRevalidate);
  CHECK(reuse_of(terms, "max-stale", 0) == Reuse::kRevalidate);
  terms.stale_while_revalidate = 5;
  terms.stale_if_error = 5;
  CHECK(reuse_of(terms, "", 0) == Reuse::kWhileRevalidate);
  CHECK(may_answer_error(terms, {}, kNow));
}

}  // namespace weir::cache
