#include "http/framing.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <utility>

using weir::http::BodyRule;
using weir::http::ControlFields;
using weir::http::Fields;
using weir::http::Framing;
using weir::http::Method;
using weir::http::Reason;
using weir::http::Version;

namespace {

using Lines = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// What the lines say; the pointers in it are not to be read.
ControlFields said(Lines lines, Fields& fields, weir::base::Arena& arena) {
  for (const auto& [name, value] : lines) fields.add(arena, name, value);
  return weir::http::control_fields(fields);
}

BodyRule request(Lines lines, Version version = Version::kHttp11) {
  weir::base::Arena arena;
  Fields fields;
  return weir::http::request_body(said(lines, fields, arena), version);
}

BodyRule response(Lines lines, unsigned status = 200, Method method = Method::kGet,
                  Version version = Version::kHttp11) {
  weir::base::Arena arena;
  Fields fields;
  return weir::http::response_body(said(lines, fields, arena), version, status, method);
}

bool stays(Lines lines, Version version) {
  weir::base::Arena arena;
  Fields fields;
  return weir::http::keeps_alive(said(lines, fields, arena), version);
}

}  // namespace

TEST_CASE("a request is framed by one length, by chunked, or has no body") {
  CHECK(request({}).framing == Framing::kNone);
  CHECK(request({{"Content-Length", "0"}}).framing == Framing::kLength);
  CHECK(request({{"content-length", "18446744073709551615"}}).length == 18446744073709551615U);
  CHECK(request({{"Transfer-Encoding", "CHUNKED"}}).framing == Framing::kChunked);
}

TEST_CASE("a request in doubt of its framing is refused") {
  for (std::string_view value :
       {"", "5, 5", "5,5", "+5", "-5", "0x5", "5 ", "5.0", "18446744073709551616"}) {
    INFO(value);
    CHECK(request({{"Content-Length", value}}).reason == Reason::kBadFraming);
  }
  for (std::string_view value : {"", "gzip", "gzip, chunked", "chunked, chunked", "chunked,",
                                 "identity", "chunked;a=b", "\"chunked\"", "xchunked"}) {
    INFO(value);
    CHECK(request({{"Transfer-Encoding", value}}).reason == Reason::kBadFraming);
  }
  CHECK(request({{"Content-Length", "5"}, {"Content-Length", "5"}}).reason == Reason::kBadFraming);
  CHECK(request({{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}).reason ==
        Reason::kBadFraming);
  CHECK(request({{"Transfer-Encoding", "chunked"}, {"Content-Length", "0"}}).reason ==
        Reason::kBadFraming);
  CHECK(request({{"Transfer-Encoding", "chunked"}}, Version::kHttp10).reason ==
        Reason::kBadFraming);
}

TEST_CASE("an answer without framing goes until close, and its connection with it") {
  BodyRule rule = response({});
  CHECK(rule.framing == Framing::kUntilClose);
  CHECK_FALSE(rule.reusable);
  CHECK(response({{"Content-Length", "3"}}).reusable);
}

TEST_CASE("answers without a body tell at most the length it would have had") {
  CHECK(response({}, 200, Method::kHead).framing == Framing::kNone);
  CHECK(response({{"Content-Length", "3"}}, 200, Method::kHead).length == 3);
  CHECK(response({{"Transfer-Encoding", "chunked"}}, 200, Method::kHead).framing == Framing::kNone);
  CHECK(response({{"Content-Length", "3"}}, 304).length == 3);
  CHECK(response({}, 304).reusable);
  CHECK(response({{"Content-Length", "0"}}, 204).framing == Framing::kNone);
  CHECK(response({{"Content-Length", "0"}}, 204).reusable);
  CHECK_FALSE(response({{"Content-Length", "3"}}, 204).reusable);
  CHECK_FALSE(response({{"Transfer-Encoding", "chunked"}}, 204).reusable);
  CHECK(response({}, 100).reason == Reason::kNone);
  CHECK(response({{"Content-Length", "3"}}, 103).reason == Reason::kBadFraming);
  CHECK(response({{"Content-Length", "x"}}, 304).reason == Reason::kBadFraming);
}

TEST_CASE("a connection stays by its version and by what Connection says") {
  CHECK(stays({}, Version::kHttp11));
  CHECK_FALSE(stays({}, Version::kHttp10));
  CHECK(stays({{"Connection", "x, Keep-Alive"}}, Version::kHttp10));
  CHECK_FALSE(stays({{"Connection", "keep-alive"}, {"Connection", " ,Close, "}}, Version::kHttp11));
  CHECK(stays({{"Connection", "closed"}}, Version::kHttp11));
  CHECK_FALSE(stays({{"Proxy-Connection", "keep-alive"}}, Version::kHttp10));
}

TEST_CASE("Host comes once in HTTP/1.1 and at most once in 1.0") {
  auto count = [](Lines lines, Version version) {
    weir::base::Arena arena;
    Fields fields;
    return weir::http::check_host_count(said(lines, fields, arena), version);
  };
  CHECK(count({{"Host", "a"}}, Version::kHttp11) == Reason::kNone);
  CHECK(count({}, Version::kHttp11) == Reason::kBadHost);
  CHECK(count({}, Version::kHttp10) == Reason::kNone);
  CHECK(count({{"Host", "a"}, {"Host", "a"}}, Version::kHttp10) == Reason::kBadHost);
}

TEST_CASE("expectations and connection options are counted over all their fields") {
  weir::base::Arena arena;
  Fields fields;
  ControlFields control = said({{"Expect", "100-CONTINUE"},
                                {"Expect", "tea"},
                                {"Connection", "a, b"},
                                {"Connection", "close"}},
                               fields, arena);
  CHECK(control.expects_continue);
  CHECK(control.expects_other);
  CHECK(control.options == 3);
  CHECK(control.host == nullptr);
}
