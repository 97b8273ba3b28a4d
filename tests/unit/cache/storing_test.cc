#include "cache/storing.h"

#include <doctest/doctest.h>

#include <initializer_list>

#include "unit/cache/fields_of.h"

namespace weir::cache {
namespace {

constexpr Seconds kNow = 784'111'777;
constexpr std::string_view kModified = "Sat, 05 Nov 1994 08:49:37 GMT";

NotStored why(const FieldsOf& request, const FieldsOf& response, unsigned status = 200,
              http::Method method = http::Method::kGet) {
  http::RequestHead asking;
  asking.method = method;
  asking.fields = request;
  http::ResponseHead head;
  head.status = status;
  head.fields = response;
  ResponseControl control = response_control(head.fields);
  return why_not_stored(asking, request_control(asking.fields), head, control,
                        lifetime_of(head, control, kNow, std::nullopt));
}
NotStored why(std::string_view control, unsigned status = 200) {
  return why(FieldsOf{}, FieldsOf{{"Cache-Control", control}}, status);
}

}  // namespace

TEST_CASE("what is fresh for a while is stored, with any final status but 206 and 304") {
  for (unsigned status : {200U, 203U, 204U, 301U, 302U, 307U, 404U, 410U, 500U, 503U, 599U}) {
    CAPTURE(status);
    CHECK(why("max-age=60", status) == NotStored::kStored);
  }
  CHECK(why("max-age=60", 206) == NotStored::kRange);
  CHECK(why("max-age=60", 304) == NotStored::kStatus);
  CHECK(why("max-age=60", 103) == NotStored::kStatus);
}

TEST_CASE("only answers to GET are stored") {
  for (http::Method method : {http::Method::kHead, http::Method::kPost, http::Method::kPut,
                              http::Method::kDelete, http::Method::kOptions, http::Method::kOther})
    CHECK(why({}, {{"Cache-Control", "max-age=60"}}, 200, method) == NotStored::kMethod);
}

TEST_CASE("no-store of either side and private keep a response out (RFC 9111 section 3)") {
  CHECK(why("max-age=60, no-store") == NotStored::kNoStore);
  CHECK(why("max-age=60, private") == NotStored::kPrivate);
  CHECK(why({{"Cache-Control", "no-store"}}, {{"Cache-Control", "max-age=60"}}) ==
        NotStored::kRequestNoStore);
  CHECK(why("max-age=60, private=\"X-A\"") == NotStored::kStored);
}

TEST_CASE("must-understand overrules no-store where the status is understood, else forbids") {
  CHECK(why("max-age=60, no-store, must-understand") == NotStored::kStored);
  CHECK(why("max-age=60, no-store, must-understand", 499) == NotStored::kNoStore);
  CHECK(why("max-age=60, must-understand", 599) == NotStored::kNoStore);
  CHECK(why("max-age=60, no-store, must-understand x") == NotStored::kNoStore);
}

TEST_CASE("answers to Authorization are shared only where they say so (RFC 9111 section 3.5)") {
  FieldsOf request{{"Authorization", "Basic eDp5"}};
  auto with = [&](std::string_view control) { return why(request, {{"Cache-Control", control}}); };
  CHECK(with("max-age=60") == NotStored::kAuthorization);
  CHECK(with("max-age=60, s-maxage=x") == NotStored::kAuthorization);
  CHECK(with("max-age=60, proxy-revalidate") == NotStored::kAuthorization);
  CHECK(with("s-maxage=60") == NotStored::kStored);
  CHECK(with("max-age=60, public") == NotStored::kStored);
  CHECK(with("max-age=60, must-revalidate") == NotStored::kStored);
}

TEST_CASE("Set-Cookie keeps a response out, unless it is named to be left out") {
  auto with = [](std::string_view control) {
    return why({}, {{"Cache-Control", control}, {"Set-Cookie", "a=b"}});
  };
  CHECK(with("max-age=60") == NotStored::kSetCookie);
  CHECK(with("max-age=60, public") == NotStored::kSetCookie);
  CHECK(with("max-age=60, no-cache=\"set-cookie\"") == NotStored::kStored);
  CHECK(with("max-age=60, private=\"Set-Cookie\"") == NotStored::kStored);
}

TEST_CASE("Vary: * keeps a response out, in any of its lines and places") {
  auto with = [](std::string_view vary) {
    return why({}, {{"Cache-Control", "max-age=60"}, {"Vary", "Accept"}, {"Vary", vary}});
  };
  CHECK(with("*") == NotStored::kVaryAny);
  CHECK(with("X-A, * , X-B") == NotStored::kVaryAny);
  CHECK(with("X-A*") == NotStored::kStored);
}

TEST_CASE("without freshness a response needs a validator to be worth storing") {
  CHECK(why(FieldsOf{}, FieldsOf{}) == NotStored::kNotFresh);
  CHECK(why("max-age=0") == NotStored::kNotFresh);
  CHECK(why("no-cache, max-age=60") == NotStored::kNotFresh);
  CHECK(why("public", 599) == NotStored::kNotFresh);
  CHECK(why({}, {{"ETag", "\"x\""}}) == NotStored::kStored);
  CHECK(why({}, {{"Last-Modified", kModified}}) == NotStored::kStored);
  CHECK(why({}, {{"Last-Modified", "yesterday"}}) == NotStored::kNotFresh);
  CHECK(why({}, {{"ETag", "\"x\""}, {"Cache-Control", "no-cache"}}) == NotStored::kStored);
  // A status that says nothing of caches, and nothing else that does.
  CHECK(why({}, {{"ETag", "\"x\""}}, 403) == NotStored::kNotFresh);
  CHECK(why({}, {{"ETag", "\"x\""}, {"Cache-Control", "public"}}, 403) == NotStored::kStored);
  CHECK(why({}, {{"ETag", "\"x\""}, {"Expires", "0"}}, 403) == NotStored::kStored);
}

TEST_CASE("fields of the connection, of proxies and those that are named are not stored") {
  ResponseControl control = response_control(
      FieldsOf{{"Cache-Control", "max-age=60, no-cache=\"X-No\", private=\"X-Private\""}});
  FieldsOf head{{"Connection", "close, X-Hop"}};
  http::NamedFields hop(head);
  auto stored = [&](std::string_view name) {
    FieldsOf fields{{name, "x"}};
    return is_stored_field(*fields.fields.begin(), hop, control);
  };
  for (std::string_view name :
       {"Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding",
        "Upgrade", "Proxy-Authenticate", "proxy-authentication-info", "Proxy-Authorization",
        "x-hop", "X-No", "x-private", "Age", "Content-Length"}) {
    CAPTURE(name);
    CHECK_FALSE(stored(name));
  }
  for (std::string_view name : {"Date", "ETag", "Content-Type", "X-Hopper", "Vary", "Set-Cookie",
                                "Cache-Control", "Expires", "Via"}) {
    CAPTURE(name);
    CHECK(stored(name));
  }
}

TEST_CASE("each reason has a text of its own") {
  for (std::size_t i = 1; i < static_cast<std::size_t>(NotStored::kCount); ++i) {
    CHECK_FALSE(text_of(static_cast<NotStored>(i)).empty());
    for (std::size_t j = 0; j < i; ++j)
      CHECK(text_of(static_cast<NotStored>(i)) != text_of(static_cast<NotStored>(j)));
  }
}

}  // namespace weir::cache
