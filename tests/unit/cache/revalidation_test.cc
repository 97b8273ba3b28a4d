#include <doctest/doctest.h>

#include <string>

#include "unit/cache/cached_site.h"

// Asking whether what is stored is still good (RFC 9111 section 4.3).
namespace weir::cache {
namespace {

struct Stale : CachedSite {
  Stale() {
    says = {200,
            {{"Cache-Control", "max-age=60"},
             {"ETag", "\"1\""},
             {"Last-Modified", date_at(-1000)},
             {"X-Kept", "a"},
             {"X-Changed", "a"}},
            "hello"};
    get("/a");
    pass_time(100);
    says = {304, {{"ETag", "\"1\""}, {"Cache-Control", "max-age=30"}, {"X-Changed", "b"}}, ""};
  }
};

}  // namespace

TEST_CASE_FIXTURE(Stale,
                  "the origin is told the stored validators, not the client's (section 4.3.1)") {
  Got got = get("/a", {{"If-None-Match", "\"0\""}, {"Range", "bytes=0-1"}, {"Accept", "*/*"}});
  CHECK(seen().fields ==
        "Accept: */*\nIf-None-Match: \"1\"\nIf-Modified-Since: " + date_at(-1000) + "\n");
  // The client's are judged by what came of it.
  CHECK(got.status == 206);
  CHECK(got.body == "he");
  CHECK(get("/a", {{"If-None-Match", "\"1\""}}).status == 304);
}

TEST_CASE_FIXTURE(Stale,
                  "a 304 makes the stored response fresh, with its fields (sections 3.2, 4.3.4)") {
  Got got = get("/a");
  CHECK(got.status == 200);
  CHECK(got.body == "hello");
  CHECK(got.field("X-Kept") == "a");
  CHECK(got.field("X-Changed") == "b");
  CHECK(got.field("Age") == "0");
  CHECK(got.field("Date") == date_at(100));
  CHECK(got.field("Cache-Status") == "weir; fwd=stale; fwd-status=304; ttl=30");
  CHECK(count(Result::kRevalidated) == 1);
  pass_time(29);
  CHECK(get("/a").field("X-Changed") == "b");
  CHECK(asked() == 2);
  pass_time(1);
  get("/a");
  CHECK(asked() == 3);
  CHECK(store.counts().entries == 1);
}

TEST_CASE_FIXTURE(Stale, "another answer than 304 takes the place of what was stored") {
  says = {200, {{"Cache-Control", "max-age=60"}, {"ETag", "\"2\""}}, "new"};
  Got got = get("/a");
  CHECK(got.body == "new");
  CHECK(got.field("Cache-Status") == "weir; fwd=stale; fwd-status=200; ttl=60; stored");
  CHECK(get("/a").body == "new");
  CHECK(asked() == 2);
  CHECK(store.counts().entries == 1);
}

TEST_CASE_FIXTURE(Stale, "a 304 about something else is of no use: the whole is asked for") {
  says.fields[0].second = "\"2\"";
  says_unconditional = Says{200, {{"Cache-Control", "max-age=60"}, {"ETag", "\"2\""}}, "new"};
  Got got = get("/a");
  CHECK(got.status == 200);
  CHECK(got.body == "new");
  CHECK(asked() == 3);
  CHECK(get("/a").body == "new");
  CHECK(asked() == 3);
}

TEST_CASE_FIXTURE(Stale, "a 304 that forbids storing is used this once (section 3)") {
  says.fields.emplace_back("Cache-Control", "no-store");
  CHECK(get("/a").body == "hello");
  get("/a");
  CHECK(asked() == 3);
}

TEST_CASE_FIXTURE(Stale, "HEAD is revalidated by HEAD, and its 304 renews what is stored for GET") {
  Got got = ask(http::Method::kHead, "/a");
  CHECK(got.status == 200);
  CHECK(got.length == 5);
  CHECK(got.body.empty());
  CHECK(get("/a").body == "hello");
  CHECK(asked() == 2);
}

TEST_CASE_FIXTURE(Stale,
                  "the answer to HEAD tells whether what is stored is good (section 4.3.5)") {
  says = {200, {{"Cache-Control", "max-age=60"}, {"ETag", "\"1\""}}, "hello"};
  ask(http::Method::kHead, "/a");
  CHECK(get("/a").body == "hello");
  CHECK(asked() == 2);
  pass_time(100);
  says = {200, {{"Cache-Control", "max-age=60"}, {"ETag", "\"1\""}}, "longer than that"};
  ask(http::Method::kHead, "/a");
  CHECK(get("/a").body == "longer than that");
  CHECK(asked() == 4);
}

TEST_CASE("requests may ask for more than what is fresh (section 5.2.1)") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}, {"ETag", "\"1\""}}, "hello"};
  site.get("/a");
  site.pass_time(30);
  site.says = {304, {{"Cache-Control", "max-age=60"}, {"Age", "30"}}, ""};
  int asked = 1;
  for (const char* control : {"no-cache", "max-age=0", "max-age=20", "min-fresh=40"}) {
    CAPTURE(control);
    Got got = site.get("/a", {{"Cache-Control", control}});
    CHECK(site.asked() == ++asked);
    CHECK(got.body == "hello");
    CHECK(got.field("Cache-Status") == "weir; fwd=request; fwd-status=304; ttl=30");
  }
  for (const char* control : {"max-age=30", "min-fresh=20", "max-stale", "no-transform", "x=y"}) {
    CAPTURE(control);
    site.get("/a", {{"Cache-Control", control}});
    CHECK(site.asked() == asked);
  }
  site.get("/a", {{"Pragma", "no-cache"}});
  CHECK(site.asked() == asked + 1);
}

TEST_CASE("no-cache and must-revalidate are asked for each time, or once stale (section 5.2.2)") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "no-cache"}, {"ETag", "\"1\""}}, "hello"};
  site.get("/a");
  site.says = {304, {}, ""};
  CHECK(site.get("/a").body == "hello");
  CHECK(site.asked() == 2);
  site.says = {200, {{"Cache-Control", "max-age=60, must-revalidate"}, {"ETag", "\"1\""}}, "hello"};
  site.get("/b");
  site.get("/b");
  CHECK(site.asked() == 3);
  site.pass_time(60);
  site.says = {304, {}, ""};
  site.get("/b", {{"Cache-Control", "max-stale=1000"}});
  CHECK(site.asked() == 4);
}

TEST_CASE("what is stale and has no validator is asked for whole") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}}, "hello"};
  site.get("/a");
  site.pass_time(60);
  Got got = site.get("/a", {{"If-None-Match", "\"0\""}});
  CHECK(site.seen().fields.empty());
  CHECK(got.status == 200);
  CHECK(got.field("Cache-Status") == "weir; fwd=stale; fwd-status=200; ttl=60; stored");
  CHECK(site.asked() == 2);
}

}  // namespace weir::cache
