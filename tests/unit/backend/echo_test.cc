#include <doctest/doctest.h>

#include "unit/backend/asked.h"

namespace weir::backend {

TEST_CASE("the echo tells line and fields in order, then the body") {
  Place place;
  Asked asked(place, "PUT", "/echo?a=1");
  asked.request.head.fields.add(asked.arena, "Host", "x");
  asked.request.head.fields.add(asked.arena, "x-A", "1, 2");
  asked.request.head.fields.add(asked.arena, "X-a", "");
  asked.request.head.framing = http::Framing::kLength;
  asked.request.head.content_length = 6;
  asked.begin();
  std::string preface = "PUT /echo?a=1 HTTP/1.1\nHost: x\nx-A: 1, 2\nX-a: \n\n";
  CHECK(asked.text == preface);
  CHECK(asked.framing == http::Framing::kLength);
  CHECK(asked.content_length == preface.size() + 6);
  asked.give("abc");
  asked.give("def");
  asked.end_body();
  CHECK(asked.ended);
  CHECK(asked.text == preface + "abcdef");
}

TEST_CASE("the echo of a chunked request is chunked, with its trailers as lines") {
  Place place;
  Asked asked(place, "POST", "/echo/below");
  asked.request.head.version = http::Version::kHttp10;
  asked.request.head.framing = http::Framing::kChunked;
  asked.begin();
  CHECK(asked.framing == http::Framing::kChunked);
  asked.give("abc");
  http::Fields trailers;
  trailers.add(asked.arena, "X-Sum", "7");
  asked.end_body(&trailers);
  CHECK(asked.text == "POST /echo/below HTTP/1.0\n\nabc\nX-Sum: 7\n");
}

TEST_CASE("the echo reads no faster than its answer is taken") {
  Place place;
  Asked asked(place, "POST", "/echo");
  asked.request.head.framing = http::Framing::kChunked;
  asked.begin();
  CHECK(asked.give("abc") == http::Flow::kGo);
  asked.writable();
  CHECK(asked.resumed == 0);
  asked.pause_at = 0;
  CHECK(asked.give("abc") == http::Flow::kPause);
  CHECK(asked.resumed == 0);
  asked.writable();
  CHECK(asked.resumed == 1);
  asked.end_body();
  CHECK(asked.ended);
}

}  // namespace weir::backend
