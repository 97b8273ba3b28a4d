#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "system/cache/setup.h"

namespace weir::caching {

TEST_CASE("the second request is answered from the cache, and all is told and counted") {
  FakeOrigin origin(telling("Cache-Control: max-age=600\r\nETag: \"1\"\r\n"));
  WeirProcess weir(config(origin.address(), "x_cache: on"));
  CHECK(weir.metric("weir_cache_requests_total{zone=\"main\",result=\"hit\"}") == 0);
  CHECK(weir.metric("weir_cache_not_stored_total{zone=\"main\",reason=\"set_cookie\"}") == 0);
  CurlResult miss = curl({weir.url("/a")});
  CHECK(miss.status() == 200);
  CHECK(miss.body == "this is /a");
  CHECK(has(miss.field("Cache-Status"), "weir; fwd=miss"));
  CHECK(miss.field("X-Cache") == "MISS");
  CurlResult hit = curl({weir.url("/a")});
  CHECK(hit.status() == 200);
  CHECK(hit.body == "this is /a");
  CHECK(hit.field("Cache-Status").starts_with("weir; hit"));
  CHECK(hit.field("X-Cache") == "HIT");
  CHECK(!hit.field("Age").empty());
  CHECK(origin.requests().size() == 1);
  CHECK(weir.metric("weir_cache_requests_total{zone=\"main\",result=\"miss\"}") == 1);
  CHECK(weir.metric("weir_cache_requests_total{zone=\"main\",result=\"hit\"}") == 1);
  CHECK(weir.metric("weir_cache_stores_total{zone=\"main\"}") == 1);
  CHECK(weir.metric("weir_cache_entries{zone=\"main\"}") == 1);
  CHECK(weir.metric("weir_cache_bytes{zone=\"main\"}") > 0);
  CHECK(has(curl({"http://" + weir.admin() + "/api/v1/status"}).body,
            "\"cache\":[{\"zone\":\"main\""));
}

TEST_CASE("conditions, ranges and HEAD are answered from what is stored") {
  FakeOrigin origin(telling("Cache-Control: max-age=600\r\nETag: \"1\"\r\n"));
  WeirProcess weir(config(origin.address()));
  REQUIRE(curl({weir.url("/a")}).status() == 200);
  CurlResult same = curl({"-H", "If-None-Match: \"1\"", weir.url("/a")});
  CHECK(same.status() == 304);
  CHECK(same.body.empty());
  CHECK(curl({"-H", "If-None-Match: \"2\"", weir.url("/a")}).status() == 200);
  CurlResult part = curl({"-r", "5-6", weir.url("/a")});
  CHECK(part.status() == 206);
  CHECK(part.body == "is");
  CHECK(part.field("Content-Range") == "bytes 5-6/10");
  CurlResult head = curl({"-I", weir.url("/a")});
  CHECK(head.status() == 200);
  CHECK(head.field("Content-Length") == "10");
  CHECK(origin.requests().size() == 1);
}

TEST_CASE("what its origin keeps to itself is not stored, and the reason is counted") {
  FakeOrigin origin(telling("Cache-Control: private, max-age=600\r\n"));
  WeirProcess weir(config(origin.address()));
  for (int i = 0; i < 2; ++i) CHECK(curl({weir.url("/a")}).status() == 200);
  CHECK(origin.requests().size() == 2);
  CHECK(weir.metric("weir_cache_not_stored_total{zone=\"main\",reason=\"private\"}") == 2);
  CHECK(weir.metric("weir_cache_entries{zone=\"main\"}") == 0);
}

TEST_CASE("without its backend a stale answer is given for stale_if_error") {
  std::optional<FakeOrigin> origin(telling("Cache-Control: max-age=0\r\nETag: \"1\"\r\n"));
  WeirProcess weir(config(origin->address(), "stale_if_error: 1h"));
  REQUIRE(curl({weir.url("/a")}).status() == 200);
  CurlResult asked = curl({weir.url("/a")});
  CHECK(has(asked.field("Cache-Status"), "fwd=stale"));
  CHECK(origin->requests().size() == 2);
  CHECK(weir.metric("weir_cache_requests_total{zone=\"main\",result=\"revalidated\"}") == 1);
  origin.reset();
  CurlResult stale = curl({weir.url("/a")});
  CHECK(stale.status() == 200);
  CHECK(stale.body == "this is /a");
  CHECK(weir.metric("weir_cache_requests_total{zone=\"main\",result=\"stale\"}") == 1);
  CHECK(curl({weir.url("/b")}).status() >= 500);
}

TEST_CASE("memory holds under a flood of ten times as much, each key another") {
  BackendProcess backend;
  WeirProcess weir(config(backend.address(), "valid: {200: 1h}", "{memory: 1m}"));
  RawClient client(weir.address());
  bool whole = true;
  for (int i = 0; i < 220; ++i) {
    Message answer = client.get("/bytes/50000?n=" + std::to_string(i));
    whole = whole && answer.status() == 200 && answer.body.size() == 50'000;
  }
  CHECK(whole);
  CHECK(weir.metric("weir_cache_stores_total{zone=\"main\"}") == 220);
  CHECK(weir.metric("weir_cache_bytes{zone=\"main\"}") <= 1'048'576);
  CHECK(weir.metric("weir_cache_entries{zone=\"main\"}") >= 10);
  CHECK(weir.metric("weir_cache_evictions_total{zone=\"main\"}") >= 190);
}

}  // namespace weir::caching
