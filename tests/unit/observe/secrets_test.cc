#include "observe/secrets.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/observe/documented.h"

namespace weir::observe {
namespace {

std::string shown(std::string_view text, Secrets kind) {
  base::Arena arena;
  return std::string(masked(text, kind, arena));
}

}  // namespace

TEST_CASE("the values of secret arguments are masked, wherever they stand in a query") {
  CHECK(shown("token=abc", Secrets::kQuery) == "token=***");
  CHECK(shown("a=1&token=abc&b=2", Secrets::kQuery) == "a=1&token=***&b=2");
  CHECK(shown("password=a&x&token=b", Secrets::kQuery) == "password=***&x&token=***");
  CHECK(shown("token=a=b%26c", Secrets::kQuery) == "token=***");
  CHECK(shown("token=x&token=y", Secrets::kQuery) == "token=***&token=***");
}

TEST_CASE("what is no secret is left as it is, and is not copied") {
  base::Arena arena;
  for (std::string_view text :
       {"", "a", "a=1&b=2", "token", "token=", "&&=&", "x=token", "monkey=1", "key=1", "author=x",
        "code=7", "sigh=1", "tokens=3", "state=abc"}) {
    CHECK_MESSAGE(masked(text, Secrets::kQuery, arena).data() == text.data(), text);
  }
  CHECK(arena.held() == 0);
}

TEST_CASE("a URI loses userinfo, and secrets of its query and fragment") {
  CHECK(shown("http://me:pw@a/b", Secrets::kUri) == "http://***@a/b");
  CHECK(shown("http://me@a", Secrets::kUri) == "http://***@a");
  CHECK(shown("http://a@b@c/", Secrets::kUri) == "http://***@c/");
  CHECK(shown("http://me:pw@a/?sig=1#access_token=2&x=@", Secrets::kUri) ==
        "http://***@a/?sig=***#access_token=***&x=@");
  CHECK(shown("/cb#state=1&id_token=a", Secrets::kUri) == "/cb#state=1&id_token=***");
  CHECK(shown("/?a=1#b=2#token=3", Secrets::kUri) == "/?a=1#b=2#token=***");
  CHECK(shown("/a?token=1", Secrets::kUri) == "/a?token=***");
  CHECK(shown("?", Secrets::kUri) == "?");
  CHECK(shown("#", Secrets::kUri) == "#");
}

TEST_CASE("an at sign elsewhere is none of userinfo, and a path has no arguments") {
  for (std::string_view text : {"http://a/b@c", "/@me", "mailto:me@a", "http://a?x=@", "/token=abc",
                                "http://a/token=1&secret=2", "http://a#@"}) {
    CHECK(shown(text, Secrets::kUri) == text);
  }
}

TEST_CASE("a request line keeps what stands behind its target") {
  CHECK(shown("GET /a?token=abc HTTP/1.1", Secrets::kRequestLine) == "GET /a?token=*** HTTP/1.1");
  CHECK(shown("GET /a HTTP/1.1", Secrets::kRequestLine) == "GET /a HTTP/1.1");
  CHECK(shown("GET", Secrets::kRequestLine) == "GET");
  CHECK(shown(" ", Secrets::kRequestLine) == " ");
}

TEST_CASE("nothing is looked for where there are no secrets") {
  CHECK(shown("token=abc", Secrets::kNone) == "token=abc");
}

TEST_CASE("case, dashes, underscores and escapes make no difference to a name") {
  for (std::string_view name : {"access_token",
                                "Access-Token",
                                "accessToken",
                                "ACCESSTOKEN",
                                "access%5Ftoken",
                                "%61ccess_t%6Fken",
                                "toke%6E",
                                "token_",
                                "X-Amz-Security-Token",
                                "X-Amz-Signature",
                                "client_secret",
                                "user.password",
                                "api_key",
                                "apiKey",
                                "x-api-key",
                                "JSESSIONID",
                                "sid",
                                "SIG",
                                "p%61ss",
                                "s%69d"}) {
    CHECK_MESSAGE(is_secret_argument(name), name);
  }
  for (std::string_view name : {"", "a", "id", "page", "tok", "inside", "bypass", "design", "%",
                                "%5", "%6E", "__", "---", "token%", "sid2"}) {
    CHECK_FALSE_MESSAGE(is_secret_argument(name), name);
  }
  // Only the end of a long name is looked at.
  CHECK(is_secret_argument(std::string(10'000, 'a') + "_token"));
  CHECK_FALSE(is_secret_argument(std::string(10'000, 's') + "id"));
}

TEST_CASE("the names that the page tells are those that are hidden") {
  auto ends = documented("secret ends");
  auto names = documented("secret names");
  CHECK(ends.size() == 20);
  CHECK(names.size() == 7);
  for (const auto& end : ends) CHECK_MESSAGE(is_secret_argument("my-" + end), end);
  for (const auto& name : names) {
    CHECK_MESSAGE(is_secret_argument(name), name);
    CHECK_FALSE_MESSAGE(is_secret_argument("x" + name), name);
  }
}

}  // namespace weir::observe
