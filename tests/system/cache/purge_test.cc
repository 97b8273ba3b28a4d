#include <doctest/doctest.h>

#include <string>

#include "system/cache/setup.h"

namespace weir::caching {

namespace {

constexpr const char* kTagged =
    "Cache-Control: max-age=600\r\nETag: \"1\"\r\nCache-Tag: all, some\r\n";

bool is_hit(const WeirProcess& weir, const std::string& path) {
  return curl({weir.url(path)}).field("Cache-Status").starts_with("weir; hit");
}

double entries(const WeirProcess& weir) { return weir.metric("weir_cache_entries{zone=\"main\"}"); }

}  // namespace

TEST_CASE("the admin API purges by key, prefix and tag, on all workers, and says how many") {
  FakeOrigin origin(telling(kTagged));
  WeirProcess weir("workers: 2\n" + config(origin.address()));
  for (const char* path : {"/a/1", "/a/2", "/b", "/c"})
    REQUIRE(curl({weir.url(path)}).status() == 200);
  REQUIRE(entries(weir) == 4);
  CurlResult found = curl({api(weir, "?key=" + weir.url("/b"))});
  CHECK(found.status() == 200);
  CHECK(has(found.body, "\"responses\":[{\"status\":200,"));

  CurlResult purged = curl({"-X", "DELETE", api(weir, "?key=" + weir.url("/b"))});
  CHECK(purged.status() == 200);
  CHECK(purged.body == "{\"zone\":\"main\",\"purged\":1,\"soft\":false}\n");
  for (int i = 0; i < 4; ++i)
    CHECK(has(curl({"-H", "Cache-Control: only-if-cached", weir.url("/b")}).heads.back().start_line,
              " 504 "));
  CHECK(has(curl({"-X", "DELETE", api(weir, "?prefix=" + weir.url("/a/"))}).body, "\"purged\":2,"));
  CHECK(entries(weir) == 1);
  CHECK(has(curl({"-X", "DELETE", api(weir, "?tag=some")}).body, "\"purged\":1,"));
  CHECK(entries(weir) == 0);
  CHECK(curl({"-X", "DELETE", api(weir)}).status() == 400);
}

TEST_CASE("weir purge does the same from the command line") {
  FakeOrigin origin(telling(kTagged));
  WeirProcess weir(config(origin.address()));
  for (const char* path : {"/a?x=1&y=+", "/b", "/c"})
    REQUIRE(curl({weir.url(path)}).status() == 200);
  Run run = weir_purge(weir, {"--url", weir.url("/a?x=1&y=+")});
  CHECK(run.out == "main: 1 purged\n");
  CHECK(run.status == 0);
  CHECK(weir_purge(weir, {"--prefix", weir.url("/b"), "--soft"}).out == "main: 1 marked stale\n");
  CHECK(entries(weir) == 2);
  CHECK(weir_purge(weir, {"--tag", "all"}).out == "main: 2 purged\n");
  CHECK(weir_purge(weir, {}).status == 2);
  CHECK(weir_purge(weir, {"--tag", "a", "--prefix", "b"}).status == 2);
}

TEST_CASE("a soft purge has the answer asked for anew, by its validator") {
  FakeOrigin origin(telling(kTagged));
  WeirProcess weir(config(origin.address()));
  REQUIRE(curl({weir.url("/a")}).status() == 200);
  REQUIRE(is_hit(weir, "/a"));
  REQUIRE(curl({"-X", "DELETE", api(weir, "?tag=all&soft=1")}).status() == 200);
  CurlResult asked = curl({weir.url("/a")});
  CHECK(asked.body == "this is /a");
  CHECK(has(asked.field("Cache-Status"), "fwd-status=304"));
  CHECK(origin.requests().size() == 2);
  CHECK(is_hit(weir, "/a"));
}

TEST_CASE(
    "PURGE purges from addresses of purge_from, is 403 from others, and passes where none is") {
  FakeOrigin origin(telling(kTagged));
  WeirProcess weir(config(origin.address(), "purge_from: 127.0.0.1"));
  REQUIRE(curl({weir.url("/a")}).status() == 200);
  CurlResult purged = curl({"-X", "PURGE", weir.url("/a")});
  CHECK(purged.status() == 200);
  CHECK(purged.body == "{\"purged\":1}\n");
  CHECK(entries(weir) == 0);
  CHECK(origin.requests().size() == 1);

  weir.reload(config(origin.address(), "purge_from: 10.0.0.0/8"));
  CHECK(curl({"-X", "PURGE", weir.url("/a")}).status() == 403);
  CHECK(origin.requests().size() == 1);
  weir.reload(config(origin.address()));
  CHECK(curl({"-X", "PURGE", weir.url("/a")}).status() == 200);
  CHECK(origin.requests().back().method() == "PURGE");
}

TEST_CASE("a reload keeps what is stored, in other bounds too; another cut begins empty") {
  FakeOrigin origin(telling(kTagged));
  WeirProcess weir(config(origin.address()));
  auto ask = [&] { return curl({weir.url("/a")}).field("Cache-Status"); };
  REQUIRE(has(ask(), "fwd=miss"));
  weir.reload(config(origin.address(), "x_cache: on", "{memory: 128m}"));
  CHECK(ask().starts_with("weir; hit"));
  CHECK(weir.metric("weir_cache_requests_total{zone=\"main\",result=\"hit\"}") == 1);
  std::string said = weir.reload(config(origin.address(), "", "{memory: 128m, shards: 3}"));
  CHECK(has(said, "cache zone 'main' begins empty"));
  CHECK(has(ask(), "fwd=miss"));
  CHECK(weir.metric("weir_cache_requests_total{zone=\"main\",result=\"miss\"}") == 2);
}

}  // namespace weir::caching
