#include "cache/cache_handler.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/cache/cached_site.h"

namespace weir::cache {

TEST_CASE("boundaries are not told twice, nor the same by two handlers") {
  CachedSite site;
  CachedSite other;
  base::Arena arena;
  std::string first(site.handler().boundary(arena));
  CHECK(first.size() == 16);
  CHECK(site.handler().boundary(arena) != first);
  CHECK(other.handler().boundary(arena) != first);
}

TEST_CASE("the wall clock counts from 1970") {
  // 2020 to 2200.
  CHECK(read_wall_clock() > 1'577'836'800);
  CHECK(read_wall_clock() < 7'258'118'400);
}

TEST_CASE("each request is counted once, by how it was answered; one that is given up is a miss") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}}, "hello"};
  site.get("/a");
  site.get("/a");
  site.get("/a", {{"Range", "bytes=0-0"}});
  site.ask(http::Method::kPost, "/b", {}, "x");
  site.says.down = true;
  site.get("/c");
  site.get("/d", {{"Cache-Control", "only-if-cached"}});
  CHECK(site.count(Result::kHit) == 2);
  CHECK(site.count(Result::kMiss) == 3);
  CHECK(site.count(Result::kBypass) == 1);
  CHECK(site.count(Result::kStale) == 0);
  CHECK(site.count(Result::kRevalidated) == 0);
}

}  // namespace weir::cache
