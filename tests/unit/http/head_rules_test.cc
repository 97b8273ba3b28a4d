#include "http/head_rules.h"

#include <doctest/doctest.h>

#include <string>

using weir::http::Framing;
using weir::http::Method;
using weir::http::Name;
using weir::http::Reason;
using weir::http::RequestHead;
using weir::http::ResponseHead;
using weir::http::Version;

namespace {

RequestHead plain(weir::base::Arena& arena) {
  RequestHead head;
  head.method = Method::kPost;
  head.target = "/a/../b?c";
  head.fields.add(arena, "Host", "EXAMPLE.com:80");
  return head;
}

}  // namespace

TEST_CASE("a request head is completed from its parts") {
  weir::base::Arena arena;
  RequestHead head = plain(arena);
  head.fields.add(arena, "Content-Length", "7");
  head.fields.add(arena, "Expect", "100-continue");
  REQUIRE(weir::http::complete_request(head, arena) == Reason::kNone);
  CHECK(head.host == "example.com");
  CHECK(head.authority == "EXAMPLE.com:80");
  CHECK(head.normal_path == "/b");
  CHECK(head.path_rewritten);
  CHECK(head.query == "c");
  CHECK(head.framing == Framing::kLength);
  CHECK(head.content_length == 7);
  CHECK(head.expect_continue);
  CHECK(head.keep_alive);
}

TEST_CASE("doubt about framing is told before anything else") {
  weir::base::Arena arena;
  RequestHead head;
  head.target = "nonsense";
  head.fields.add(arena, "Content-Length", "7");
  head.fields.add(arena, "Transfer-Encoding", "chunked");
  CHECK(weir::http::complete_request(head, arena) == Reason::kBadFraming);
}

TEST_CASE("a head refused for its expectation is whole") {
  weir::base::Arena arena;
  RequestHead head = plain(arena);
  head.fields.add(arena, "Expect", "tea");
  CHECK(weir::http::complete_request(head, arena) == Reason::kExpectation);
  CHECK(head.host == "example.com");
  CHECK(head.normal_path == "/b");
}

TEST_CASE("connection options are bounded on both sides") {
  std::string many;
  for (int i = 0; i < 65; ++i) many += "x,";
  weir::base::Arena arena;
  RequestHead head = plain(arena);
  head.fields.add(arena, "Connection", many);
  CHECK(weir::http::complete_request(head, arena) == Reason::kBadRequest);
  ResponseHead answer;
  answer.status = 200;
  answer.fields.add(arena, "Connection", many);
  CHECK(weir::http::complete_response(answer, Method::kGet) == Reason::kBadRequest);
}

TEST_CASE("a 101 that nobody asked for is refused") {
  ResponseHead answer;
  answer.status = 101;
  CHECK(weir::http::complete_response(answer, Method::kGet) == Reason::kBadRequest);
}

TEST_CASE("an upgrade is what Connection names, of an HTTP/1.1 client") {
  weir::base::Arena arena;
  RequestHead head = plain(arena);
  head.fields.add(arena, "Upgrade", "websocket");
  REQUIRE(weir::http::complete_request(head, arena) == Reason::kNone);
  CHECK_FALSE(head.upgrade);
  head.fields.add(arena, "Connection", "keep-alive, UPGRADE");
  REQUIRE(weir::http::complete_request(head, arena) == Reason::kNone);
  CHECK(head.upgrade);
  head.upgrade = false;
  head.version = Version::kHttp10;
  REQUIRE(weir::http::complete_request(head, arena) == Reason::kNone);
  CHECK_FALSE(head.upgrade);
}

TEST_CASE("a 101 that was asked for is the last head, and its connection carries nothing else") {
  weir::base::Arena arena;
  ResponseHead answer;
  answer.status = 101;
  answer.fields.add(arena, "Connection", "Upgrade");
  CHECK(weir::http::complete_response(answer, Method::kGet, true) == Reason::kBadRequest);
  answer.fields.add(arena, "Upgrade", "websocket");
  REQUIRE(weir::http::complete_response(answer, Method::kGet, true) == Reason::kNone);
  CHECK(answer.framing == Framing::kUntilClose);
  CHECK_FALSE(answer.keep_alive);
  answer.version = Version::kHttp10;
  CHECK(weir::http::complete_response(answer, Method::kGet, true) == Reason::kBadRequest);
  answer.version = Version::kHttp11;
  answer.fields.add(arena, "Content-Length", "5");
  CHECK(weir::http::complete_response(answer, Method::kGet, true) == Reason::kBadFraming);
}

TEST_CASE("an answer keeps its connection when its end is known and it does not say close") {
  weir::base::Arena arena;
  ResponseHead answer;
  answer.status = 200;
  CHECK(weir::http::complete_response(answer, Method::kGet) == Reason::kNone);
  CHECK_FALSE(answer.keep_alive);
  answer.fields.add(arena, "Content-Length", "1");
  CHECK(weir::http::complete_response(answer, Method::kGet) == Reason::kNone);
  CHECK(answer.keep_alive);
  answer.version = Version::kHttp10;
  CHECK(weir::http::complete_response(answer, Method::kGet) == Reason::kNone);
  CHECK_FALSE(answer.keep_alive);
}
