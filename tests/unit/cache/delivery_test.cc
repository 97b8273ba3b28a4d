#include <doctest/doctest.h>

#include <string>

#include "unit/cache/cached_site.h"

// Conditional and range requests for what is stored (RFC 9111 section 4.3.2, RFC 9110 sections 13
// and 14).
namespace weir::cache {
namespace {

struct Stored : CachedSite {
  Stored() {
    says = {200,
            {{"Cache-Control", "max-age=60"},
             {"ETag", "\"1\""},
             {"Last-Modified", date_at(-1000)},
             {"Content-Type", "text/plain"},
             {"Content-Language", "en"},
             {"Vary", "Accept"},
             {"X-Frame-Options", "DENY"}},
            "0123456789"};
    get("/a");
  }
  ~Stored() { CHECK(asked() == 1); }
  Stored(const Stored&) = delete;
  Stored& operator=(const Stored&) = delete;
};

}  // namespace

TEST_CASE_FIXTURE(Stored,
                  "a condition that fails is answered 304, one that holds by the response") {
  struct Row {
    Lines request;
    unsigned status;
  };
  const std::string then = date_at(-1000);
  const std::string before = date_at(-1001);
  const Row rows[] = {
      {{{"If-None-Match", "\"1\""}}, 304},
      {{{"If-None-Match", "W/\"1\""}}, 304},
      {{{"If-None-Match", "\"0\", \"1\""}}, 304},
      {{{"If-None-Match", "*"}}, 304},
      {{{"If-None-Match", "\"2\""}}, 200},
      {{{"If-Modified-Since", then}}, 304},
      {{{"If-Modified-Since", before}}, 200},
      {{{"If-Modified-Since", "yesterday"}}, 200},
      // If-None-Match goes first (section 13.2.2).
      {{{"If-None-Match", "\"2\""}, {"If-Modified-Since", then}}, 200},
      {{{"If-None-Match", "\"1\""}, {"If-Modified-Since", before}}, 304},
      // Conditions go before ranges.
      {{{"If-None-Match", "\"1\""}, {"Range", "bytes=0-1"}}, 304},
  };
  for (const Row& row : rows) {
    CAPTURE(row.request.begin()->second);
    Got got = get("/a", row.request);
    CHECK(got.status == row.status);
    CHECK(got.body == (row.status == 304 ? "" : "0123456789"));
    CHECK(ask(http::Method::kHead, "/a", row.request).status == row.status);
  }
}

TEST_CASE_FIXTURE(Stored,
                  "a 304 says what caches need, not what tells of content (section 15.4.5)") {
  pass_time(5);
  Got got = get("/a", {{"If-None-Match", "\"1\""}});
  for (const char* name : {"Cache-Control", "ETag", "Vary", "Date", "X-Frame-Options"}) {
    CAPTURE(name);
    CHECK(got.has(name));
  }
  for (const char* name : {"Content-Type", "Content-Language", "Last-Modified"}) {
    CAPTURE(name);
    CHECK_FALSE(got.has(name));
  }
  CHECK(got.field("Age") == "5");
  CHECK(got.field("Cache-Status") == "weir; hit; ttl=55");
}

TEST_CASE_FIXTURE(Stored, "one range is answered by 206 with what the whole says of itself") {
  struct Row {
    std::string_view range;
    std::string body;
    std::string content_range;
  };
  const Row rows[] = {
      {"bytes=0-0", "0", "bytes 0-0/10"},      {"bytes=2-4", "234", "bytes 2-4/10"},
      {"bytes=7-", "789", "bytes 7-9/10"},     {"bytes=-2", "89", "bytes 8-9/10"},
      {"bytes=5-99", "56789", "bytes 5-9/10"}, {"bytes=-99", "0123456789", "bytes 0-9/10"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.range);
    Got got = get("/a", {{"Range", row.range}});
    CHECK(got.status == 206);
    CHECK(got.body == row.body);
    CHECK(got.length == row.body.size());
    CHECK(got.field("Content-Range") == row.content_range);
    for (const char* name : {"Cache-Control", "ETag", "Vary", "Date", "Content-Type", "Age"}) {
      CAPTURE(name);
      CHECK(got.has(name));
    }
  }
}

TEST_CASE_FIXTURE(Stored, "several ranges are answered in parts (section 14.6)") {
  for (bool stalls : {false, true}) {
    client_stalls = stalls;
    Got got = get("/a", {{"Range", "bytes=8-9, 0-1"}});
    CHECK(got.status == 206);
    CHECK_FALSE(got.has("Content-Range"));
    std::string type = got.field("Content-Type");
    REQUIRE(type.rfind("multipart/byteranges; boundary=", 0) == 0);
    std::string boundary = type.substr(type.find('=') + 1);
    CHECK(got.body ==
          "--" + boundary +
              "\r\nContent-Type: text/plain\r\nContent-Range: bytes 8-9/10\r\n\r\n89\r\n--" +
              boundary +
              "\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n--" +
              boundary + "--\r\n");
    CHECK(got.length == got.body.size());
  }
  // The one that is left of two is no multipart answer.
  CHECK(get("/a", {{"Range", "bytes=0-1, 50-60"}}).body == "01");
}

TEST_CASE_FIXTURE(Stored, "ranges behind the end are 416, what is none or abuses them is ignored") {
  Got got = get("/a", {{"Range", "bytes=10-"}});
  CHECK(got.status == 416);
  CHECK(got.body.empty());
  CHECK(got.field("Content-Range") == "bytes */10");
  CHECK_FALSE(got.has("ETag"));
  std::string many = "bytes=0-0";
  for (int i = 0; i < 100; ++i) many += ",2-2";
  for (std::string_view ignored :
       {std::string_view("pages=1-2"), std::string_view("bytes=4-2"), std::string_view("bytes=a"),
        std::string_view("bytes=0-5,3-9"), std::string_view(many)}) {
    CAPTURE(ignored);
    CHECK(get("/a", {{"Range", ignored}}).body == "0123456789");
  }
}

TEST_CASE_FIXTURE(Stored,
                  "a range counts only where If-Range holds, and for GET (section 13.1.5)") {
  struct Row {
    std::string if_range;
    unsigned status;
  };
  for (const Row& row : {Row{"\"1\"", 206}, Row{"\"2\"", 200}, Row{"W/\"1\"", 200},
                         Row{date_at(-1000), 206}, Row{date_at(-999), 200}}) {
    CAPTURE(row.if_range);
    Got got = get("/a", {{"Range", "bytes=0-1"}, {"If-Range", row.if_range}});
    CHECK(got.status == row.status);
    CHECK(got.body == (row.status == 206 ? "01" : "0123456789"));
  }
  CHECK(get("/a", {{"If-Range", "\"1\""}}).status == 200);
  CHECK(ask(http::Method::kHead, "/a", {{"Range", "bytes=0-1"}}).status == 200);
}

TEST_CASE("a part that the origin sends is not taken for the whole (RFC 9111 section 3.3)") {
  CachedSite site;
  site.says = {206, {{"Cache-Control", "max-age=60"}, {"Content-Range", "bytes 0-1/10"}}, "01"};
  CHECK(site.get("/a").status == 206);
  CHECK(site.count(NotStored::kRange) == 1);
  site.get("/a");
  CHECK(site.asked() == 2);
}

TEST_CASE("ranges over blocks of a large body") {
  CachedSite site;
  std::string body;
  for (int i = 0; body.size() < 300'000; ++i) body += std::to_string(i) + " ";
  site.says = {200, {{"Cache-Control", "max-age=60"}}, body};
  site.get("/a");
  CHECK(site.get("/a", {{"Range", "bytes=60000-260000"}}).body == body.substr(60'000, 200'001));
  Got got = site.get("/a", {{"Range", "bytes=200000-200009,10-19"}});
  CHECK(got.body.find(body.substr(200'000, 10)) != std::string::npos);
  CHECK(got.body.find(body.substr(10, 10)) != std::string::npos);
}

}  // namespace weir::cache
