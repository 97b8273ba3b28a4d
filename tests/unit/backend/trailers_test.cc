#include <doctest/doctest.h>

#include "backend/fnv1a.h"
#include "unit/backend/asked.h"

namespace weir::backend {

TEST_CASE("trailers tell length and checksum of the body before them") {
  Place place;
  Asked asked(place, "GET", "/trailers");
  asked.ask();
  CHECK(asked.framing == http::Framing::kChunked);
  CHECK(asked.field("Trailer") == "X-Checksum, X-Length");
  REQUIRE(asked.trailers.size() == 2);
  Fnv1a checksum;
  checksum.add(asked.text);
  CHECK(asked.trailers[0].first == "X-Checksum");
  CHECK(std::stoull(asked.trailers[0].second, nullptr, 16) == checksum.value());
  CHECK(asked.trailers[1].second == std::to_string(asked.size));
}

TEST_CASE("the checksum is FNV-1a of 64 bits") {
  Fnv1a checksum;
  CHECK(checksum.value() == 0xcbf29ce484222325);
  checksum.add("foo");
  checksum.add("bar");
  CHECK(checksum.value() == 0x85944171f73967e8);
}

}  // namespace weir::backend
