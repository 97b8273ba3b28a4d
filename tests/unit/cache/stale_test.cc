#include <doctest/doctest.h>

#include <string>

#include "unit/cache/cached_site.h"

// Stale answers (RFC 9111 section 4.2.4, RFC 5861).
namespace weir::cache {
namespace {

class Revalidations final : public Background {
 public:
  void revalidate(const http::Request& request, std::string_view key,
                  const EntryRef& stale) override {
    CHECK(request.head.path == "/a");
    CHECK(key == stale->identity().key);
    ++count;
  }
  int count = 0;
};

}  // namespace

TEST_CASE("where asking fails, what allows it is answered stale (RFC 5861 section 4)") {
  for (unsigned status : {500U, 502U, 503U, 504U, 0U}) {
    CAPTURE(status);
    CachedSite site;
    site.says = {
        200, {{"Cache-Control", "max-age=60, stale-if-error=100"}, {"ETag", "\"1\""}}, "hello"};
    site.get("/a");
    site.pass_time(100);
    site.says = {status, {}, "broken"};
    site.says.down = status == 0;
    Got got = site.get("/a");
    CHECK(got.status == 200);
    CHECK(got.body == "hello");
    CHECK(got.ended);
    CHECK(got.field("Age") == "100");
    std::string fwd = status == 0 ? "" : "; fwd-status=" + std::to_string(status);
    CHECK(got.field("Cache-Status") == "weir; fwd=stale" + fwd + "; ttl=-40");
    CHECK(site.count(Result::kStale) == 1);
    site.pass_time(60);
    CHECK(site.get("/a").status == (status == 0 ? 502 : status));
  }
}

TEST_CASE(
    "a route's stale_if_error counts where the answer is silent, and must-revalidate ends it") {
  CacheOptions options;
  options.stale_if_error = 1000;
  struct Row {
    const char* control;
    bool stale;
  };
  for (const Row& row :
       {Row{"max-age=60", true}, Row{"max-age=60, stale-if-error=0", false},
        Row{"max-age=60, must-revalidate", false}, Row{"max-age=60, proxy-revalidate", false},
        Row{"s-maxage=60", false}, Row{"max-age=60, no-cache", false}}) {
    CAPTURE(row.control);
    CachedSite site(options);
    site.says = {200, {{"Cache-Control", row.control}, {"ETag", "\"1\""}}, "hello"};
    site.get("/a");
    site.pass_time(100);
    site.says.down = true;
    CHECK(site.get("/a").status == (row.stale ? 200 : 502));
  }
}

TEST_CASE("an error that is none of the origin's failing is told (RFC 5861 section 4)") {
  CacheOptions options;
  options.stale_if_error = 1000;
  CachedSite site(options);
  site.says = {200, {{"Cache-Control", "max-age=60"}, {"ETag", "\"1\""}}, "hello"};
  site.get("/a");
  site.pass_time(100);
  for (unsigned status : {404U, 403U, 501U}) {
    site.says = {status, {{"Cache-Control", "no-store"}}, "no"};
    CHECK(site.get("/a").status == status);
  }
}

TEST_CASE("max-stale takes what is stale so long (RFC 9111 section 5.2.1.2)") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}}, "hello"};
  site.get("/a");
  site.pass_time(100);
  Got got = site.get("/a", {{"Cache-Control", "max-stale=40"}});
  CHECK(site.asked() == 1);
  CHECK(got.field("Cache-Status") == "weir; hit; ttl=-40");
  CHECK(site.count(Result::kStale) == 1);
  site.get("/a", {{"Cache-Control", "max-stale=39"}});
  CHECK(site.asked() == 2);
}

TEST_CASE("while it is asked for anew, a stale answer is given (RFC 5861 section 3)") {
  CacheOptions options;
  options.x_cache = true;
  CachedSite site(options);
  site.says = {200, {{"Cache-Control", "max-age=60, stale-while-revalidate=100"}}, "hello"};
  site.get("/a");
  site.pass_time(100);
  Revalidations background;
  site.handler().set_background(&background);
  Got got = site.get("/a");
  CHECK(got.body == "hello");
  CHECK(got.field("Cache-Status") == "weir; hit; ttl=-40");
  CHECK(got.field("X-Cache") == "UPDATING");
  CHECK(background.count == 1);
  CHECK(site.asked() == 1);
  // Only-if-cached asks nobody, not even later; and nobody waits where nothing could be asked so.
  CHECK(site.get("/a", {{"Cache-Control", "only-if-cached"}}).status == 504);
  site.handler().set_background(nullptr);
  site.get("/a");
  CHECK(site.asked() == 2);
}

TEST_CASE("a soft purge makes stale what was fresh") {
  CachedSite site;
  site.says = {
      200, {{"Cache-Control", "max-age=60, stale-if-error=100"}, {"ETag", "\"1\""}}, "hello"};
  site.get("/a");
  CHECK(site.store.purge({Purge::By::kKey, "http://example.com/a", true}) == 1);
  site.says.down = true;
  Got got = site.get("/a");
  CHECK(got.body == "hello");
  CHECK(got.field("Cache-Status") == "weir; fwd=stale; ttl=-1");
  CHECK(site.asked() == 2);
}

}  // namespace weir::cache
