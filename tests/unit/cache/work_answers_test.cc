#include <doctest/doctest.h>

#include <string>

#include "unit/cache/cached_site.h"

// What goes to the origin, and what is made of its answers (RFC 9111 section 3).
namespace weir::cache {

TEST_CASE("an answer that is cut short is not stored (RFC 9111 section 3.3)") {
  for (auto framing : {http::Framing::kLength, http::Framing::kChunked}) {
    CachedSite site;
    site.says = {200, {{"Cache-Control", "max-age=60"}}, "hello", framing, 3};
    Got got = site.get("/a");
    CHECK(got.failed);
    // By a fill it is not begun where it is known to be cut.
    CHECK(got.body == (CachedSite::has_fills() ? "" : "hel"));
    CHECK(site.count(NotStored::kIncomplete) == 1);
    site.says.cut = std::string::npos;
    CHECK(site.get("/a").body == "hello");
    CHECK(site.asked() == 2);
  }
}

TEST_CASE("a body over max_object goes on and is not stored, its length known or not") {
  for (auto framing : {http::Framing::kLength, http::Framing::kChunked}) {
    CachedSite site({}, {std::size_t{1} << 20U, 10'000, 1});
    std::string body(20'000, 'x');
    site.says = {200, {{"Cache-Control", "max-age=60"}}, body, framing};
    CHECK(site.get("/a").body == body);
    CHECK(site.get("/a").body == body);
    CHECK(site.asked() == 2);
    CHECK(site.count(NotStored::kTooLarge) == 2);
    CHECK(site.store.counts().entries == 0);
  }
}

TEST_CASE("the origin is asked for the whole, and what the client sent is told again afterwards") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}, {"ETag", "\"1\""}}, "hello"};
  Got got = site.get("/a", {{"Range", "bytes=1-2"},
                            {"If-Range", "\"1\""},
                            {"If-None-Match", "\"0\""},
                            {"If-Modified-Since", date_at(0)},
                            {"Accept", "*/*"}});
  CHECK(site.seen().fields == "Accept: */*\n");
  CHECK(got.status == 206);
  CHECK(got.body == "el");
  CHECK(got.field("Content-Range") == "bytes 1-2/5");
  CHECK(site.get("/a").body == "hello");
  CHECK(site.asked() == 1);
}

TEST_CASE("a client's condition is judged by the answer that comes (RFC 9110 section 13.2.2)") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}, {"ETag", "\"1\""}}, "hello"};
  Got got = site.get("/a", {{"If-None-Match", "W/\"1\""}});
  CHECK(got.status == 304);
  CHECK(got.body.empty());
  CHECK(got.field("ETag") == "\"1\"");
  CHECK(site.get("/a").body == "hello");
  CHECK(site.asked() == 1);
}

TEST_CASE("what is not stored is not read on for nobody") {
  CachedSite site;
  std::string body(200'000, 'x');
  site.says = {200, {{"Cache-Control", "no-store"}, {"ETag", "\"1\""}}, body};
  CHECK(site.get("/a", {{"If-None-Match", "\"1\""}}).status == 304);
  CHECK(site.get("/a", {{"Range", "bytes=0-9"}}).body == "xxxxxxxxxx");
  Got beyond = site.get("/a", {{"Range", "bytes=200000-"}});
  CHECK(beyond.status == 416);
  CHECK(beyond.field("Content-Range") == "bytes */200000");
  // Several ranges of what is not stored: the whole (RFC 9110 section 14.2).
  CHECK(site.get("/a", {{"Range", "bytes=0-0,9-9"}}).body == body);
  CHECK(site.asked() == 4);
}

TEST_CASE("a part far into what is not stored is asked for alone") {
  CachedSite site({}, {std::size_t{1} << 20U, 100'000, 1});
  site.says = {
      200, {{"Cache-Control", "max-age=60"}, {"ETag", "\"1\""}}, std::string(200'000, 'x')};
  site.says_part = Says{206, {{"Content-Range", "bytes 150000-150001/200000"}}, "xy"};
  Got got = site.get("/a", {{"Range", "bytes=150000-150001"}, {"If-Range", "\"1\""}, {"X", "y"}});
  CHECK(got.status == 206);
  CHECK(got.body == "xy");
  CHECK(site.asked() == 2);
  CHECK(site.seen().fields == "Range: bytes=150000-150001\nIf-Range: \"1\"\nX: y\n");
  // What is stored is not: the part is of what is kept.
  site.says.body = std::string(90'000, 'z');
  CHECK(site.get("/b", {{"Range", "bytes=80000-80001"}}).body == "zz");
  CHECK(site.get("/b").body.size() == 90'000);
  CHECK(site.asked() == 3);
}

TEST_CASE("conditions that are for the origin to judge go there (RFC 9111 section 4.3.2)") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}, {"ETag", "\"1\""}}, "hello"};
  site.get("/a");
  site.says = {412, {}, ""};
  for (auto line : {std::pair<std::string_view, std::string_view>{"If-Match", "\"2\""},
                    {"If-Unmodified-Since", "Sat, 05 Nov 1994 08:49:37 GMT"}}) {
    Got got = site.get("/a", {line, {"Range", "bytes=0-0"}});
    CHECK(got.status == 412);
    CHECK(site.seen().field(line.first) == line.second);
    CHECK(site.seen().field("Range") == "bytes=0-0");
  }
  CHECK(site.asked() == 3);
}

TEST_CASE("what the policy keeps out is counted by its reason") {
  struct Row {
    NotStored reason;
    Lines request;
    std::pair<std::string, std::string> response;
  };
  const Row rows[] = {
      {NotStored::kNoStore, {}, {"Cache-Control", "no-store"}},
      {NotStored::kPrivate, {}, {"Cache-Control", "private, max-age=60"}},
      {NotStored::kAuthorization, {{"Authorization", "Basic x"}}, {"Cache-Control", "max-age=60"}},
      {NotStored::kRequestNoStore,
       {{"Cache-Control", "no-store"}},
       {"Cache-Control", "max-age=60"}},
      {NotStored::kNotFresh, {}, {"X", "y"}},
  };
  for (const Row& row : rows) {
    CAPTURE(text_of(row.reason));
    CachedSite site;
    site.says = {200, {row.response}, "hello"};
    Got got = site.ask(http::Method::kGet, "/a", row.request);
    CHECK(got.body == "hello");
    CHECK(got.field("Cache-Status") == "weir; fwd=miss; fwd-status=200");
    CHECK(site.count(row.reason) == 1);
    CHECK(site.store.counts().entries == 0);
  }
}

TEST_CASE("only-if-cached is 504 where nothing is stored (RFC 9111 section 5.2.1.7)") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}}, "hello"};
  CHECK(site.get("/a", {{"Cache-Control", "only-if-cached"}}).status == 504);
  CHECK(site.asked() == 0);
  site.get("/a");
  CHECK(site.get("/a", {{"Cache-Control", "only-if-cached"}}).body == "hello");
  site.pass_time(60);
  CHECK(site.get("/a", {{"Cache-Control", "only-if-cached"}}).status == 504);
  CHECK(site.asked() == 1);
}

TEST_CASE(
    "`valid` says for how long where the origin is silent, or alone where it is not honored") {
  CacheOptions options;
  options.valid = {{200, 60}, {404, 5}};
  CachedSite site(options);
  site.says = {200, {}, "hello"};
  site.get("/a");
  CHECK(site.get("/a").field("Cache-Status") == "weir; hit; ttl=60");
  site.says = {200, {{"Cache-Control", "no-store"}}, "hello"};
  site.get("/b");
  site.get("/b");
  CHECK(site.asked() == 3);

  options.honor_origin = false;
  CachedSite stubborn(options);
  stubborn.says = {200, {{"Cache-Control", "no-store, max-age=0"}, {"Expires", "0"}}, "hello"};
  stubborn.get("/a", {{"Cache-Control", "no-store"}});
  CHECK(stubborn.get("/a", {{"Cache-Control", "no-cache"}}).field("Cache-Status") ==
        "weir; hit; ttl=60");
  stubborn.says = {410, {{"Cache-Control", "max-age=60"}}, "gone"};
  stubborn.get("/b");
  stubborn.get("/b");
  CHECK(stubborn.asked() == 3);
}

TEST_CASE("`no_store` and `bypass` keep a request out of the store, `bypass` from it as well") {
  CacheOptions options;
  options.no_store = {"$arg_fresh"};
  options.bypass = {"$cookie_session"};
  CachedSite site(options);
  site.says = {200, {{"Cache-Control", "max-age=60"}}, "hello"};
  site.get("/a?fresh=1");
  CHECK(site.count(NotStored::kCondition) == 1);
  site.get("/a?fresh=0");
  site.get("/a?fresh=0");
  CHECK(site.asked() == 2);
  Got got = site.get("/a?fresh=0", {{"Cookie", "session=1"}});
  CHECK(got.field("Cache-Status") == "weir; fwd=bypass; fwd-status=200");
  CHECK(site.asked() == 3);
  CHECK(site.count(Result::kBypass) == 1);
}

TEST_CASE("a key is filled when it was asked for `min_uses` times") {
  CacheOptions options;
  options.min_uses = 3;
  CachedSite site(options);
  site.says = {200, {{"Cache-Control", "max-age=60"}}, "hello"};
  for (int i = 0; i < 5; ++i) site.get("/a");
  CHECK(site.asked() == 3);
  CHECK(site.count(NotStored::kMinUses) == 2);
}

}  // namespace weir::cache
