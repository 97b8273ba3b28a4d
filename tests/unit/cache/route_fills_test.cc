#include "cache/route_fills.h"

#include <doctest/doctest.h>

#include "unit/cache/shared_site.h"

namespace weir::cache {
namespace {

// A site with a response stored that was fresh for a minute and is stale by now.
struct StaleSite : SharedSite {
  explicit StaleSite(std::string_view more = "", CacheOptions options = {})
      : SharedSite(std::move(options)) {
    std::string control = "max-age=60" + std::string(more);
    FieldsOf fields{{"Cache-Control", control}, {"ETag", "\"1\""}};
    ask();
    say(0, [&](auto& asked) { asked.answer(200, "stale", fields); });
    site_time += 100;
  }
};

}  // namespace

TEST_CASE("who ask for what is stale wait for one validation of it") {
  StaleSite site;
  SiteClient& cause = site.ask();
  SiteClient& other = site.ask();
  REQUIRE(site.origin.all.size() == 2);
  CHECK(site.origin.last().request.head.fields.value(http::Name::kIfNoneMatch) == "\"1\"");
  SUBCASE("and get it, where it is good") {
    FieldsOf fields{{"Cache-Control", "max-age=60"}, {"ETag", "\"1\""}};
    site.say(1, [&](auto& asked) { asked.answer(304, "", fields); });
    CHECK(cause.text == "stale");
    CHECK(other.text == "stale");
    CHECK(site.count(Result::kRevalidated) == 1);
    CHECK(site.count(Result::kCoalesced) == 1);
  }
  SUBCASE("and get another, where that is there") {
    FieldsOf fields{{"Cache-Control", "max-age=60"}, {"ETag", "\"2\""}};
    site.say(1, [&](auto& asked) { asked.answer(200, "fresh", fields); });
    CHECK(cause.text == "fresh");
    CHECK(other.text == "fresh");
  }
  SUBCASE("and are not given what the origin did not mean") {
    FieldsOf other_tag{{"ETag", "\"2\""}};
    site.say(1, [&](auto& asked) { asked.answer(304, "", other_tag); });
    REQUIRE(site.origin.all.size() == 3);
    FieldsOf fields{{"Cache-Control", "max-age=60"}, {"ETag", "\"2\""}};
    site.say(2, [&](auto& asked) { asked.answer(200, "fresh", fields); });
    CHECK(cause.text == "fresh");
    CHECK(other.text == "fresh");
  }
  CHECK(site.ask().has("Cache-Status: weir; hit"));
}

TEST_CASE(
    "where the origin fails, what is stale answers all who may have it (RFC 5861 section 4)") {
  StaleSite site(", stale-if-error=600");
  SiteClient& cause = site.ask();
  SiteClient& other = site.ask();
  SUBCASE("by a status") {
    site.say(1, [](auto& asked) { asked.answer(503, "no"); });
  }
  SUBCASE("by no answer") {
    site.say(1, [](auto& asked) {
      asked.responder.fail({504, http::Reason::kUpstreamTimeout, 0, {}});
    });
  }
  CHECK(cause.text == "stale");
  CHECK(other.text == "stale");
  CHECK(site.count(Result::kStale) == 1);
}

TEST_CASE("behind a stale answer the origin is asked once, and the next answer is fresh") {
  StaleSite site(", stale-while-revalidate=600");
  for (int i = 0; i < 3; ++i) CHECK(site.ask().text == "stale");
  REQUIRE(site.origin.all.size() == 2);
  CHECK(site.count(Result::kStale) == 3);
  FieldsOf fields{{"Cache-Control", "max-age=60"}};
  site.say(1, [&](auto& asked) { asked.answer(200, "fresh", fields); });
  CHECK(site.ask().text == "fresh");
}

TEST_CASE("what is too large, or not asked for often enough, goes to who asked and is not stored") {
  CacheOptions options;
  SUBCASE("too large") {
    SharedSite site(options, 100);
    FieldsOf fields{{"Cache-Control", "max-age=60"}};
    SiteClient& client = site.ask();
    site.say(0, [&](auto& asked) { asked.answer(200, std::string(200, 'x'), fields); });
    CHECK(client.text.size() == 200);
    CHECK(site.count(NotStored::kTooLarge) == 1);
  }
  SUBCASE("not often enough") {
    options.min_uses = 2;
    SharedSite site(options);
    FieldsOf fields{{"Cache-Control", "max-age=60"}};
    site.ask();
    site.say(0, [&](auto& asked) { asked.answer(200, "hello", fields); });
    CHECK(site.count(NotStored::kMinUses) == 1);
  }
}

}  // namespace weir::cache
