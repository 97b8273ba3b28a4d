#include "cache/cache_status.h"

#include <doctest/doctest.h>

#include "unit/cache/cached_site.h"

// What is told of how a request was handled (RFC 9211).
namespace weir::cache {

TEST_CASE("Cache-Status says what happened, X-Cache what nginx would") {
  struct Row {
    Handled handled;
    std::string_view status;
    std::string_view x;
  };
  auto handled = [](Went went, unsigned status, bool from_store) {
    Handled made;
    made.went = went;
    made.origin_status = status;
    made.from_store = from_store;
    return made;
  };
  Handled hit = handled(Went::kNot, 0, true);
  hit.ttl = 5;
  Handled stale = hit;
  stale.ttl = -kForever;
  Handled updating = stale;
  updating.updating = true;
  Handled stored = handled(Went::kMiss, 200, false);
  stored.stored = true;
  Handled shared = stored;
  shared.collapsed = true;
  const Row rows[] = {
      {hit, "weir; hit; ttl=5", "HIT"},
      {stale, "weir; hit; ttl=-2147483648", "STALE"},
      {updating, "weir; hit; ttl=-2147483648", "UPDATING"},
      {stored, "weir; fwd=miss; fwd-status=200; stored", "MISS"},
      {shared, "weir; fwd=miss; fwd-status=200; stored; collapsed", "MISS"},
      {handled(Went::kStale, 304, true), "weir; fwd=stale; fwd-status=304", "REVALIDATED"},
      {handled(Went::kStale, 200, false), "weir; fwd=stale; fwd-status=200", "EXPIRED"},
      {handled(Went::kStale, 503, true), "weir; fwd=stale; fwd-status=503", "STALE"},
      {handled(Went::kStale, 0, true), "weir; fwd=stale", "STALE"},
      {handled(Went::kRequest, 304, true), "weir; fwd=request; fwd-status=304", "REVALIDATED"},
      {handled(Went::kBypass, 200, false), "weir; fwd=bypass; fwd-status=200", "BYPASS"},
      {handled(Went::kMethod, 201, false), "weir; fwd=method; fwd-status=201", "BYPASS"},
  };
  base::Arena arena;
  for (const Row& row : rows) {
    CHECK(cache_status(row.handled, arena) == row.status);
    CHECK(x_cache(row.handled) == row.x);
  }
}

TEST_CASE("members of other caches stay before ours, and a route may say nothing") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}, {"Cache-Status", "far; hit"}}, "hello"};
  CHECK(site.get("/a").fields.find("Cache-Status: far; hit\nCache-Status: weir; fwd=miss") !=
        std::string::npos);
  CHECK(site.get("/a").fields.find("Cache-Status: far; hit\n") != std::string::npos);
  CacheOptions options;
  options.status_header = false;
  options.x_cache = true;
  CachedSite other(options);
  other.says = {200, {{"Cache-Control", "max-age=60"}}, "hello"};
  CHECK(other.get("/a").field("X-Cache") == "MISS");
  Got hit = other.get("/a");
  CHECK(hit.field("X-Cache") == "HIT");
  CHECK_FALSE(hit.has("Cache-Status"));
}

TEST_CASE("what the cache answers itself says nothing of a stored response (RFC 9211 section 2)") {
  CachedSite site;
  CHECK_FALSE(site.get("/a", {{"Cache-Control", "only-if-cached"}}).has("Cache-Status"));
  site.says.down = true;
  CHECK_FALSE(site.get("/a").has("Cache-Status"));
}

}  // namespace weir::cache
