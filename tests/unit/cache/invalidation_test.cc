#include <doctest/doctest.h>

#include <string>

#include "unit/cache/cached_site.h"

// Unsafe requests make stored responses invalid (RFC 9111 section 4.4).
namespace weir::cache {
namespace {

struct Filled : CachedSite {
  Filled() {
    says = {200, {{"Cache-Control", "max-age=60"}}, "hello"};
    for (const char* target : kTargets) get(target);
  }
  // Which of the targets are stored no more, as their letters.
  std::string gone() {
    std::string letters;
    says = {200, {{"Cache-Control", "no-store"}}, "hello"};
    for (std::string_view target : kTargets) {
      int before = asked();
      get(target);
      if (asked() != before) letters += target.back();
    }
    return letters;
  }

  static constexpr const char* kTargets[] = {"/x/a", "/x/b", "/c", "/x/a?q=d"};
};

}  // namespace

TEST_CASE("an unsafe request that succeeds makes its target invalid, others do not") {
  using http::Method;
  struct Row {
    Method method;
    unsigned status;
    const char* gone;
  };
  const Row rows[] = {
      {Method::kPost, 200, "a"},  {Method::kPut, 204, "a"},    {Method::kDelete, 200, "a"},
      {Method::kPatch, 303, "a"}, {Method::kOther, 200, "a"},  {Method::kPost, 404, ""},
      {Method::kPost, 500, ""},   {Method::kOptions, 200, ""}, {Method::kQuery, 200, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(http::text_of(row.method));
    CAPTURE(row.status);
    Filled site;
    site.says = {row.status, {}, ""};
    Got got = site.ask(row.method, "/x/a", {}, "content");
    CHECK(got.status == row.status);
    CHECK(got.field("Cache-Status") ==
          "weir; fwd=method; fwd-status=" + std::to_string(row.status));
    CHECK(site.gone() == row.gone);
  }
}

TEST_CASE("so do Location and Content-Location, where they are of the same origin") {
  struct Row {
    const char* name;
    const char* value;
    const char* gone;
  };
  const Row rows[] = {
      {"Location", "/c", "ac"},
      {"Content-Location", "/c", "ac"},
      {"Location", "b", "ab"},
      {"Location", "../c#part", "ac"},
      {"Location", "./././b", "ab"},
      {"Location", "?q=d", "ad"},
      {"Location", "http://example.com/c", "ac"},
      {"Location", "HTTP://EXAMPLE.COM:80/c", "ac"},
      {"Location", "//example.com/c", "ac"},
      // Other origins; and what is no reference.
      {"Location", "https://example.com/c", "a"},
      {"Location", "http://example.com:81/c", "a"},
      {"Location", "http://example.org/c", "a"},
      {"Location", "//example.org/c", "a"},
      {"Location", "mailto:c", "a"},
      {"Location", "../../../c", "a"},
      {"Location", "", "a"},
      {"X-Location", "/c", "a"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CAPTURE(row.value);
    Filled site;
    site.says = {201, {{row.name, row.value}}, ""};
    site.ask(http::Method::kPost, "/x/a", {}, "content");
    CHECK(site.gone() == row.gone);
  }
}

TEST_CASE("all variants of the target are invalid") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}, {"Vary", "Accept"}}, "hello"};
  site.get("/a", {{"Accept", "x/y"}});
  site.get("/a", {{"Accept", "x/z"}});
  CHECK(site.store.counts().entries == 2);
  site.ask(http::Method::kPost, "/a", {}, "content");
  CHECK(site.store.counts().entries == 0);
}

}  // namespace weir::cache
