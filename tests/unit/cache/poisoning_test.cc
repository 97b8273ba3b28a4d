#include <doctest/doctest.h>

#include <string>

#include "unit/cache/cached_site.h"

// Nobody chooses what others get, and nobody gets what is another's.
namespace weir::cache {
namespace {

// The attacker's request comes first, the victim's next; `stored` says whether what the attacker
// was answered may be what the victim gets.
struct Attack {
  const char* what;
  Lines request;
  bool stored;
};

}  // namespace

TEST_CASE("fields that are in no key and may choose the answer keep it out of the store") {
  const Attack attacks[] = {
      {"another path", {{"X-Original-URL", "/admin"}}, false},
      {"another path, as IIS has it", {{"x-rewrite-url", "/admin"}}, false},
      {"another host", {{"X-Host", "evil.example"}}, false},
      {"another host", {{"X-Original-Host", "evil.example"}}, false},
      {"another host", {{"X-HTTP-Host-Override", "evil.example"}}, false},
      {"another method", {{"X-HTTP-Method-Override", "POST"}}, false},
      {"another method", {{"X-HTTP-Method", "DELETE"}}, false},
      {"another method", {{"X-Method-Override", "PUT"}}, false},
      {"what others send as well", {{"User-Agent", "x"}, {"Accept-Language", "en"}}, true},
  };
  for (const Attack& attack : attacks) {
    CAPTURE(attack.what);
    CachedSite site;
    site.says = {200, {{"Cache-Control", "max-age=60"}}, "poison"};
    CHECK(site.ask(http::Method::kGet, "/a", attack.request).body == "poison");
    site.says.body = "good";
    CHECK(site.get("/a").body == (attack.stored ? "poison" : "good"));
  }
}

TEST_CASE("what Vary names is a key, and no reason to keep an answer out") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}, {"Vary", "X-Host"}}, "theirs"};
  site.get("/a", {{"X-Host", "b.example"}});
  CHECK(site.get("/a", {{"X-Host", "b.example"}}).body == "theirs");
  CHECK(site.asked() == 1);
  site.says.body = "good";
  CHECK(site.get("/a").body == "good");
}

TEST_CASE("a method that is overridden reaches the origin, whatever is stored") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}}, "hello"};
  site.get("/a");
  Got got = site.get("/a", {{"X-HTTP-Method-Override", "DELETE"}});
  CHECK(got.field("Cache-Status") == "weir; fwd=bypass; fwd-status=200");
  CHECK(site.asked() == 2);
}

TEST_CASE(
    "a GET with content is neither answered from the store nor stored (RFC 9110 section 9.3.1)") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}}, "by content"};
  site.ask(http::Method::kGet, "/a", {}, "q=1");
  CHECK(site.store.counts().entries == 0);
  site.says.body = "good";
  CHECK(site.get("/a").body == "good");
  site.says.body = "by content";
  CHECK(site.ask(http::Method::kGet, "/a", {}, "q=1").body == "by content");
}

TEST_CASE("targets that are the same to some servers and not to others are different keys") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}}, "x"};
  int asked = 0;
  for (const char* target :
       {"/account", "/account/x.css", "/account;x.css", "/account%2Fx.css", "/account?",
        "/account?a", "/account//", "/Account", "/a/../account", "/account%3Fa", "/account/."}) {
    CAPTURE(target);
    site.get(target);
    CHECK(site.asked() == ++asked);
  }
}

TEST_CASE("what is set for one client is not given to another") {
  struct Row {
    const char* what;
    Lines request;
    std::pair<std::string, std::string> response;
  };
  const Row rows[] = {
      {"a cookie", {}, {"Set-Cookie", "session=1"}},
      {"an answer to who is authorized", {{"Authorization", "Bearer x"}}, {"X", "y"}},
      {"what varies by anything", {}, {"Vary", "*"}},
      {"what is said to be private", {}, {"Cache-Control", "private"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CachedSite site;
    site.says = {200, {{"Cache-Control", "max-age=60"}, row.response}, "theirs"};
    site.ask(http::Method::kGet, "/account/x.css", row.request);
    CHECK(site.store.counts().entries == 0);
  }
}

TEST_CASE("variants of one key are bounded: the oldest go") {
  CacheOptions options;
  options.variants = 4;
  CachedSite site(options);
  site.says = {200, {{"Cache-Control", "max-age=60"}, {"Vary", "User-Agent"}}, "x"};
  for (int i = 0; i < 100; ++i) {
    std::string agent = std::to_string(i);
    site.get("/a", {{"User-Agent", agent}});
  }
  CHECK(site.store.counts().entries == 4);
  site.get("/a", {{"User-Agent", "99"}});
  CHECK(site.asked() == 100);
}

TEST_CASE("ranges make no answer larger than the whole, and no request that is larger") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}}, std::string(10'000, 'x')};
  std::string overlapping = "bytes=0-";
  for (int i = 1; i < 200; ++i) overlapping += "," + std::to_string(i) + "-";
  CHECK(site.get("/a", {{"Range", overlapping}}).body.size() == 10'000);
  CHECK_FALSE(site.seen().has("Range"));
  CHECK(site.get("/a", {{"Range", overlapping}}).body.size() == 10'000);
  CHECK(site.asked() == 1);
}

TEST_CASE("what a trusted peer says of scheme and host is in the key, of others it goes nowhere") {
  for (bool trusted : {false, true}) {
    CAPTURE(trusted);
    CachedSite site;
    site.trusted = trusted;
    site.says = {301, {{"Cache-Control", "max-age=60"}, {"Location", "https://example.com/a"}}, ""};
    site.get("/a", {{"X-Forwarded-Proto", "http"}});
    site.says = {200, {{"Cache-Control", "max-age=60"}}, "good"};
    CHECK(site.get("/a", {{"X-Forwarded-Proto", "https"}}).status == (trusted ? 200U : 301U));
    int asked = site.asked();
    site.get("/a", {{"X-Forwarded-Proto", "http"}, {"X-Forwarded-Host", "evil.example"}});
    CHECK(site.asked() == (trusted ? asked + 1 : asked));
    CHECK(site.get("/a", {{"X-Forwarded-Proto", "http"}}).status == 301);
  }
}

}  // namespace weir::cache
