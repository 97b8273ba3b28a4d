#include <doctest/doctest.h>

#include <string>

#include "unit/cache/cached_site.h"

// What is answered from the store (RFC 9111 section 4).
namespace weir::cache {

TEST_CASE("what is fresh is answered without asking, with its Age (RFC 9111 sections 4 and 5.1)") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}, {"Content-Type", "text/plain"}}, "hello"};
  Got first = site.get("/a");
  CHECK(first.status == 200);
  CHECK(first.body == "hello");
  CHECK(first.field("Cache-Status") == "weir; fwd=miss; fwd-status=200; ttl=60; stored");
  CHECK_FALSE(first.has("Age"));
  site.pass_time(7);
  Got second = site.get("/a");
  CHECK(second.status == 200);
  CHECK(second.body == "hello");
  CHECK(second.length == 5);
  CHECK(second.field("Age") == "7");
  CHECK(second.field("Content-Type") == "text/plain");
  CHECK(second.field("Cache-Status") == "weir; hit; ttl=53");
  CHECK(site.asked() == 1);
  CHECK(site.count(Result::kHit) == 1);
  CHECK(site.count(Result::kMiss) == 1);
}

TEST_CASE("age and freshness go on from what the answer came with (RFC 9111 section 4.2.3)") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}, {"Age", "50"}}, "hello"};
  CHECK(site.get("/a").field("Age") == "50");
  site.pass_time(9);
  CHECK(site.get("/a").field("Age") == "59");
  site.pass_time(1);
  site.get("/a");
  CHECK(site.asked() == 2);
}

TEST_CASE("what has no Date is given one when it is stored (RFC 9110 section 6.6.1)") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}}, "hello"};
  site.get("/a");
  site.pass_time(10);
  CHECK(site.get("/a").field("Date") == date_at(0));
}

TEST_CASE("an answer that came goes on as it is, and what is stored is another place") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}, {"Age", "3"}, {"X-Own", "a"}}, "hello"};
  Got first = site.get("/a");
  CHECK(first.field("X-Own") == "a");
  CHECK(first.field("Age") == "3");
  site.get("/b");
  CHECK(site.asked() == 2);
}

TEST_CASE(
    "HEAD is answered from what GET stored, and is not stored itself (RFC 9110 section 9.3.2)") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}, {"ETag", "\"1\""}}, "hello"};
  CHECK(site.ask(http::Method::kHead, "/a").body.empty());
  CHECK(site.count(NotStored::kMethod) == 1);
  site.get("/a");
  CHECK(site.asked() == 2);
  Got head = site.ask(http::Method::kHead, "/a");
  CHECK(site.asked() == 2);
  CHECK(head.status == 200);
  CHECK(head.length == 5);
  CHECK(head.body.empty());
  CHECK(head.field("ETag") == "\"1\"");
}

TEST_CASE("statuses without content, errors and redirects are answered as they came") {
  struct Row {
    unsigned status;
    std::string body;
  };
  for (const Row& row : {Row{204, ""}, Row{301, "moved"}, Row{404, "nothing"}, Row{410, ""}}) {
    CAPTURE(row.status);
    CachedSite site;
    site.says = {row.status, {{"Cache-Control", "max-age=60"}, {"Location", "/b"}}, row.body};
    site.get("/a");
    Got got = site.get("/a", {{"If-Modified-Since", date_at(10)}, {"Range", "bytes=0-1"}});
    CHECK(site.asked() == 1);
    // Conditions and ranges are about a 200 (RFC 9110 sections 13.2.1 and 14.2).
    CHECK(got.status == (row.status == 204 ? 304U : row.status));
    if (row.status != 204) CHECK(got.body == row.body);
  }
}

TEST_CASE("a large body comes whole, at the pace of who takes it") {
  CachedSite site;
  std::string body;
  for (int i = 0; body.size() < 300'000; ++i) body += std::to_string(i) + " ";
  site.says = {200, {{"Cache-Control", "max-age=60"}}, body};
  CHECK(site.get("/a").body == body);
  CHECK(site.get("/a").body == body);
  site.client_stalls = true;
  CHECK(site.get("/a").body == body);
  CHECK(site.get("/a").length == body.size());
  CHECK(site.asked() == 1);
}

TEST_CASE("what comes in chunks is stored with its length; what ends with the connection is not") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}}, "hello", http::Framing::kChunked};
  site.get("/a");
  CHECK(site.get("/a").length == 5);
  CHECK(site.asked() == 1);
  site.says.framing = http::Framing::kUntilClose;
  site.get("/b");
  site.get("/b");
  CHECK(site.asked() == 3);
  CHECK(site.count(NotStored::kNoEnd) == 2);
}

TEST_CASE("hop-by-hop fields are not stored (RFC 9111 section 3.1)") {
  CachedSite site;
  site.says = {200,
               {{"Cache-Control", "max-age=60"},
                {"Connection", "X-Hop"},
                {"X-Hop", "1"},
                {"Proxy-Authenticate", "Basic"},
                {"X-Far", "1"}},
               "hello"};
  site.get("/a");
  Got hit = site.get("/a");
  CHECK_FALSE(hit.has("X-Hop"));
  CHECK_FALSE(hit.has("Connection"));
  CHECK_FALSE(hit.has("Proxy-Authenticate"));
  CHECK(hit.has("X-Far"));
}

TEST_CASE("hosts are told apart, their spellings are not") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}}, "hello"};
  site.get("/a");
  for (const char* same : {"EXAMPLE.com", "example.com:80", "example.com.", "Example.com.:0080"}) {
    CAPTURE(same);
    site.authority = same;
    site.get("/a");
    CHECK(site.asked() == 1);
  }
  site.get("http://example.com/a");
  CHECK(site.asked() == 1);
  int asked = 1;
  for (const char* other : {"example.com:81", "example.org", "example.com:443"}) {
    CAPTURE(other);
    site.authority = other;
    site.get("/a");
    CHECK(site.asked() == ++asked);
  }
  site.authority = "example.com";
  site.scheme = "https";
  site.get("/a");
  CHECK(site.asked() == ++asked);
}

TEST_CASE("variants are selected by what Vary names (RFC 9111 section 4.1)") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}, {"Vary", "Accept-Language"}}, "hello"};
  site.get("/a", {{"Accept-Language", "en"}});
  site.says.body = "hallo";
  site.get("/a", {{"Accept-Language", "de"}});
  CHECK(site.get("/a", {{"Accept-Language", "en"}}).body == "hello");
  CHECK(site.get("/a", {{"Accept-Language", "de"}}).body == "hallo");
  CHECK(site.asked() == 2);
  site.get("/a");
  CHECK(site.asked() == 3);
}

}  // namespace weir::cache
