#include "cache/believed_site.h"

#include <doctest/doctest.h>

#include "http/host.h"
#include "unit/cache/fields_of.h"

namespace weir::cache {
namespace {

struct Asked {
  explicit Asked(std::string_view authority, const http::Fields& fields = {}, bool trusted = true,
                 std::string_view scheme = "http") {
    request.arena = &arena;
    request.peer.trusted = trusted;
    request.peer.scheme = scheme;
    request.head.authority = authority;
    request.head.fields = fields;
    http::Host host;
    if (http::parse_host(authority, arena, host) == http::Reason::kNone)
      request.head.host = host.host;
  }
  std::string_view scheme() { return believed_scheme(request, arena); }
  std::string_view authority() { return believed_authority(request, arena); }
  bool is(std::string_view other) { return is_believed_authority(request, other, arena); }

  base::Arena arena;
  http::Request request;
};

}  // namespace

TEST_CASE("spellings of an authority are one, and the scheme's own port is none") {
  for (const char* same : {"example.com", "EXAMPLE.com", "example.com.", "example.com:80",
                           "Example.com.:00080", "example.com:"}) {
    CAPTURE(same);
    CHECK(Asked(same, {}, false).authority() == "example.com");
    CHECK(Asked(same, {}, true).authority() == "example.com");
  }
  CHECK(Asked("example.com:443").authority() == "example.com:443");
  CHECK(Asked("example.com:443", {}, false, "https").authority() == "example.com");
  CHECK(Asked("example.com:80", {}, false, "https").authority() == "example.com:80");
  CHECK(Asked("[2001:DB8::1]:80").authority() == "[2001:db8::1]");
  CHECK(Asked("").authority().empty());
}

TEST_CASE("a trusted peer's scheme counts, others are told apart from it") {
  FieldsOf https{{"X-Forwarded-Proto", "HTTPS"}};
  CHECK(Asked("a", https).scheme() == "https");
  CHECK(Asked("a", https, false).scheme() == "http");
  CHECK(Asked("a:443", https).authority() == "a");
  FieldsOf other{{"X-Forwarded-Proto", "ftp"}};
  CHECK(Asked("a", other).scheme() == "http|3:ftp");
  FieldsOf two{{"X-Forwarded-Proto", "https"}, {"X-Forwarded-Proto", "http"}};
  CHECK(Asked("a", two).scheme() == "http|5:https|4:http");
}

TEST_CASE("a trusted peer's host stands beside that of the request, never in its place") {
  FieldsOf same{{"X-Forwarded-Host", "A.example:80"}};
  CHECK(Asked("a.example", same).authority() == "a.example");
  FieldsOf other{{"X-Forwarded-Host", "b.example"}};
  CHECK(Asked("a.example", other).authority() == "a.example|b.example");
  CHECK(Asked("a.example", other, false).authority() == "a.example");
  // What is no host can be no other key's end.
  FieldsOf odd{{"X-Forwarded-Host", "b/x"}};
  CHECK(Asked("a.example", odd).authority() == "a.example|3:b/x");
  FieldsOf none{{"X-Forwarded-Host", ""}};
  CHECK(Asked("a.example", none).authority() == "a.example|0:");
}

TEST_CASE("an authority is believed to be the request's by either name") {
  FieldsOf forwarded{{"X-Forwarded-Host", "b.example"}};
  CHECK(Asked("a.example", forwarded).is("A.example:80"));
  CHECK(Asked("a.example", forwarded).is("b.example"));
  CHECK_FALSE(Asked("a.example", forwarded, false).is("b.example"));
  CHECK_FALSE(Asked("a.example", forwarded).is("c.example"));
  CHECK_FALSE(Asked("a.example", forwarded).is("a.example:81"));
  CHECK_FALSE(Asked("").is(""));
}

}  // namespace weir::cache
