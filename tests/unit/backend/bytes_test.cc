#include <doctest/doctest.h>

#include "backend/pattern.h"
#include "unit/backend/asked.h"

namespace weir::backend {
namespace {

std::string pattern_of(std::size_t size) {
  std::string text;
  while (text.size() < size) text += pattern(text.size(), size - text.size());
  return text;
}

}  // namespace

TEST_CASE("as many bytes come as were asked for") {
  Place place;
  for (std::size_t size : {0UL, 1UL, 64'999UL, 65'000UL, 65'001UL, 1'000'000UL}) {
    std::string target = "/bytes/" + std::to_string(size);
    Asked plain(place, "GET", target);
    plain.ask();
    CHECK(plain.ended);
    CHECK(plain.framing == http::Framing::kLength);
    CHECK(plain.content_length == size);
    CHECK(plain.text == pattern_of(size));
    target += "?chunked=1";
    Asked chunked(place, "GET", target);
    chunked.ask();
    CHECK(chunked.ended);
    CHECK(chunked.framing == http::Framing::kChunked);
    CHECK(chunked.text == pattern_of(size));
  }
}

TEST_CASE("bytes stop where the client does not keep up, and go on there") {
  Place place;
  Asked asked(place, "GET", "/bytes/1000000");
  asked.pause_at = 100'000;
  asked.ask();
  CHECK(asked.size == 130'000);
  place.time.advance(base::Duration(1000));
  CHECK(asked.size == 130'000);
  asked.writable();
  CHECK(asked.ended);
  CHECK(asked.text == pattern_of(1'000'000));
}

TEST_CASE("a client that keeps up does not keep the loop for itself") {
  Place place;
  Asked asked(place, "GET", "/bytes/1099511627776");
  asked.count_only = true;
  asked.ask();
  CHECK(asked.content_length == std::uint64_t{1} << 40);
  std::uint64_t before = asked.size;
  CHECK(before > 0);
  CHECK(before < 16'000'000);
  place.time.advance(base::Duration(20));
  CHECK(asked.size > before);
  CHECK(asked.size < before + 48'000'000);
  asked.leave();
  before = asked.size;
  place.time.advance(base::Duration(1000));
  CHECK(asked.size == before);
}

TEST_CASE("a close comes behind as many bytes as were asked for") {
  Place place;
  for (std::size_t size : {0UL, 5UL, 200'000UL}) {
    std::string target = "/close?after=" + std::to_string(size);
    Asked plain(place, "GET", target);
    plain.ask();
    CHECK(plain.failed);
    CHECK(plain.content_length == size + 1000);
    CHECK(plain.text == pattern_of(size));
    target += "&chunked=1";
    Asked chunked(place, "GET", target);
    chunked.ask();
    CHECK(chunked.failed);
    CHECK(chunked.framing == http::Framing::kChunked);
    CHECK(chunked.text == pattern_of(size));
  }
  Asked asked(place, "GET", "/close?after=3&length=4");
  CHECK(asked.ask().content_length == 4);
}

TEST_CASE("bytes that cannot be counted are 400") {
  Place place;
  for (auto target : {"/bytes/", "/bytes/x", "/bytes/-1", "/bytes/99999999999999", "/bytes/1/2",
                      "/bytes/1?chunked=2", "/close?after=x", "/close?after=5&length=5"}) {
    CAPTURE(target);
    Asked asked(place, "GET", target);
    CHECK(asked.ask().status == 400);
  }
}

}  // namespace weir::backend
