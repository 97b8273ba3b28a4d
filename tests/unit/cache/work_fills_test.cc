#include <doctest/doctest.h>

#include "unit/cache/shared_site.h"

namespace weir::cache {

TEST_CASE("who waits gets what it would get from the store, who caused it gets all") {
  SharedSite site;
  FieldsOf fields{{"Cache-Control", "max-age=60, no-cache=\"Set-Cookie\""},
                  {"Set-Cookie", "a=b"},
                  {"ETag", "\"1\""}};
  SiteClient& cause = site.ask();
  SiteClient& other = site.ask();
  site.say(0, [&](auto& asked) { asked.answer(200, "hello", fields); });
  CHECK(cause.text == "hello");
  CHECK(cause.has("Set-Cookie: a"));
  CHECK(cause.has("Cache-Status: weir; fwd=miss"));
  CHECK(cause.has("stored"));
  CHECK(!cause.has("collapsed"));
  CHECK(other.text == "hello");
  CHECK(!other.has("Set-Cookie: a"));
  CHECK(other.has("collapsed"));
  CHECK(other.has("Age: 0"));
  CHECK(cause.ended);
  CHECK(other.ended);
  CHECK(site.count(Result::kMiss) == 1);
  CHECK(site.count(Result::kCoalesced) == 1);
  CHECK(site.ask().has("Cache-Status: weir; hit"));
  CHECK(site.origin.all.size() == 1);
}

TEST_CASE("each that waits gets the part that it asked for") {
  SharedSite site;
  FieldsOf fields{{"Cache-Control", "max-age=60"}, {"ETag", "\"1\""}};
  FieldsOf range{{"Range", "bytes=6-10"}};
  FieldsOf condition{{"If-None-Match", "\"1\""}};
  SiteClient& part = site.ask(range);
  SiteClient& same = site.ask(condition);
  SiteClient& whole = site.ask();
  CHECK(site.origin.last().request.head.fields.find(http::Name::kRange) == nullptr);
  site.say(0, [&](auto& asked) { asked.head(200, fields, 17); });
  site.say(0, [&](auto& asked) { asked.body("hello world"); });
  CHECK(part.status == 206);
  CHECK(part.text == "world");
  CHECK(part.ended);
  CHECK(same.status == 304);
  CHECK(same.ended);
  site.say(0, [&](auto& asked) {
    asked.body(" again");
    asked.responder.end(nullptr);
  });
  CHECK(whole.text == "hello world again");
  CHECK(site.ask().has("Cache-Status: weir; hit"));
}

TEST_CASE("who is released asks by itself, and its request is told whole") {
  SharedSite site;
  SiteClient& cause = site.ask();
  SiteClient& other = site.ask();
  bool late = false;
  SUBCASE("because the answer is not shared") {
    FieldsOf is_private{{"Cache-Control", "private"}};
    site.say(0, [&](auto& asked) { asked.answer(200, "one", is_private); });
    CHECK(site.count(NotStored::kPrivate) == 1);
  }
  SUBCASE("because its origin failed") {
    site.say(0, [](auto& asked) {
      asked.responder.fail({502, http::Reason::kUpstreamReset, 0, {}});
    });
    CHECK(cause.status == 502);
  }
  SUBCASE("because it waited for too long") {
    late = true;
    site.time.advance(base::Duration(5'100));
  }
  REQUIRE(site.origin.all.size() == 2);
  CHECK(site.origin.last().whole);
  site.say(1, [](auto& asked) { asked.answer(404, "two"); });
  CHECK(other.status == 404);
  CHECK(other.text == "two");
  CHECK((cause.ended || cause.failed) == !late);
  CHECK(site.count(Result::kCoalesced) == 0);
}

TEST_CASE("who selects another representation joins those who select the same") {
  SharedSite site;
  FieldsOf vary{{"Cache-Control", "max-age=60"}, {"Vary", "Accept-Language"}};
  FieldsOf de{{"Accept-Language", "de"}};
  FieldsOf en{{"Accept-Language", "en"}};
  SiteClient& german = site.ask(de);
  SiteClient& first = site.ask(en);
  SiteClient& second = site.ask(en);
  site.say(0, [&](auto& asked) { asked.answer(200, "hallo", vary); });
  CHECK(german.text == "hallo");
  CHECK(site.origin.all.size() == 2);
  site.say(1, [&](auto& asked) { asked.answer(200, "hello", vary); });
  CHECK(first.text == "hello");
  CHECK(second.text == "hello");
  CHECK(site.ask(de).text == "hallo");
  CHECK(site.ask(en).text == "hello");
  CHECK(site.origin.all.size() == 2);
}

TEST_CASE("a request that wants an answer of its own waits for no other") {
  SharedSite site;
  FieldsOf no_store{{"Cache-Control", "no-store"}};
  site.ask();
  site.ask(no_store);
  CHECK(site.origin.all.size() == 2);
}

TEST_CASE("a client that leaves while it waits is told nothing, and takes nobody along") {
  SharedSite site;
  FieldsOf fields{{"Cache-Control", "max-age=60"}};
  SiteClient& cause = site.ask();
  SiteClient& gone = site.ask();
  SiteClient& other = site.ask();
  site.time.in_turn([&] {
    cause.work->detach();
    gone.work->detach();
  });
  site.say(0, [&](auto& asked) { asked.answer(200, "hello", fields); });
  CHECK(cause.status == 0);
  CHECK(gone.status == 0);
  CHECK(other.text == "hello");
}

}  // namespace weir::cache
