#include "cache/admission.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/cache/stored.h"

namespace weir::cache {
namespace {

constexpr Seconds kNow = 784'111'777;

struct Route {
  CompiledCache plan;
  base::Arena arena;
  http::Request request;

  explicit Route(CacheOptions options = {})
      : plan(CompiledCache::compile(std::move(options)).value()) {
    request.arena = &arena;
    request.head.method = http::Method::kGet;
  }
  Verdict judged(const http::Fields& response) {
    http::ResponseHead head;
    head.status = 200;
    head.framing = http::Framing::kLength;
    head.fields = response;
    return judge(plan, request, {}, head, {kNow, kNow});
  }
};

}  // namespace

TEST_CASE("the route's spans count where the response is silent") {
  CacheOptions options;
  options.valid = {{200, 10}, {0, 20}};
  options.stale_while_revalidate = 30;
  options.stale_if_error = 40;
  Route route(options);
  Terms terms = route.judged({}).terms;
  CHECK(terms.lifetime == 10);
  CHECK(terms.stale_while_revalidate == 30);
  CHECK(terms.stale_if_error == 40);
  FieldsOf says{{"Cache-Control", "max-age=1, stale-while-revalidate=2, stale-if-error=0"},
                {"Age", "5"}};
  terms = route.judged(says).terms;
  CHECK(terms.lifetime == 1);
  CHECK(terms.age == 5);
  CHECK(terms.stale_while_revalidate == 2);
  CHECK(terms.stale_if_error == 0);
  CHECK_FALSE(terms.forbids_stale);
}

TEST_CASE("where the origin is not honored its words count nothing, but cookies and Vary do") {
  CacheOptions options;
  options.honor_origin = false;
  options.valid = {{200, 10}};
  Route route(options);
  FieldsOf forbidding{{"Cache-Control", "private, no-cache, must-revalidate, max-age=99"}};
  Verdict verdict = route.judged(forbidding);
  CHECK(verdict.reason == NotStored::kStored);
  CHECK(verdict.terms.lifetime == 10);
  CHECK_FALSE(verdict.terms.no_cache);
  CHECK_FALSE(verdict.terms.forbids_stale);
  CHECK(route.judged(FieldsOf{{"Set-Cookie", "a=b"}}).reason == NotStored::kSetCookie);
  CHECK(route.judged(FieldsOf{{"Vary", "*"}}).reason == NotStored::kVaryAny);
  FieldsOf asking{{"Cache-Control", "no-cache"}};
  CHECK_FALSE(asked_of(route.plan, asking).no_cache);
  CHECK(asked_of(Route().plan, asking).no_cache);
}

TEST_CASE(
    "a Date that is missing or cannot be read is the time of receipt (RFC 9110 section 6.6.1)") {
  base::Arena arena;
  FieldsOf dated{{"Date", "Sun, 06 Nov 1994 08:00:00 GMT"}, {"X", "y"}};
  CHECK(with_date(dated, kNow, arena).value(http::Name::kDate) == "Sun, 06 Nov 1994 08:00:00 GMT");
  for (const FieldsOf& fields : {FieldsOf{{"X", "y"}}, FieldsOf{{"Date", "now"}, {"X", "y"}}}) {
    http::Fields made = with_date(fields, kNow, arena);
    CHECK(made.size() == 2);
    CHECK(made.value(http::Name::kDate) == "Sun, 06 Nov 1994 08:49:37 GMT");
  }
}

TEST_CASE("terms are made anew by what a 304 changes (RFC 9111 section 4.3.4)") {
  Route route;
  EntryRef old = stored("k", "body", FieldsOf{{"Cache-Control", "max-age=10"}, {"ETag", "\"1\""}});
  http::ResponseHead newer;
  newer.status = 304;
  Renewal same = renew(route.plan, route.request, {}, *old, newer, {kNow, kNow + 3});
  CHECK(same.reason == NotStored::kStored);
  CHECK(same.entry->terms().lifetime == 10);
  CHECK(same.entry->terms().received == kNow + 3);
  CHECK(same.entry->body().front().get() == old->body().front().get());
  FieldsOf changes{{"Cache-Control", "max-age=20"}, {"Age", "4"}, {"Content-Type", "x/y"}};
  newer.fields = changes;
  Renewal longer = renew(route.plan, route.request, {}, *old, newer, {kNow, kNow});
  CHECK(longer.entry->terms().lifetime == 20);
  CHECK(longer.entry->terms().age == 4);
  CHECK(longer.entry->head().fields.find(http::Name::kContentType) == nullptr);
  FieldsOf forbids{{"Cache-Control", "private"}};
  newer.fields = forbids;
  CHECK(renew(route.plan, route.request, {}, *old, newer, {kNow, kNow}).reason ==
        NotStored::kPrivate);
  CHECK_FALSE(is_by_request(NotStored::kPrivate));
  CHECK(is_by_request(NotStored::kRequestNoStore));
}

}  // namespace weir::cache
