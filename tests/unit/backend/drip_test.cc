#include <doctest/doctest.h>

#include "unit/backend/asked.h"

namespace weir::backend {
namespace {

constexpr base::Stamp kMs = 1'000'000;

}  // namespace

TEST_CASE("drips come at their intervals, the first at once") {
  Place place;
  base::Stamp began = place.time.now();
  Asked asked(place, "GET", "/drip?count=4&ms=100&size=3");
  asked.ask();
  CHECK(asked.framing == http::Framing::kChunked);
  CHECK(asked.text == "000");
  place.time.advance(base::Duration(1000));
  CHECK(asked.ended);
  CHECK(asked.text == "000000000\n00");
  REQUIRE(asked.came.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    base::Stamp due = began + static_cast<base::Stamp>(i) * 100 * kMs;
    CHECK(asked.came[i] >= due);
    CHECK(asked.came[i] <= due + net::Wheel::kTick);
  }
}

TEST_CASE("drips without end go on until the client leaves") {
  Place place;
  Asked asked(place, "GET", "/drip?count=0&ms=10");
  asked.ask();
  place.time.advance(base::Duration(1000));
  CHECK(asked.size > 50);
  CHECK_FALSE(asked.over());
  asked.leave();
  std::uint64_t before = asked.size;
  place.time.advance(base::Duration(1000));
  CHECK(asked.size == before);
}

TEST_CASE("a drip that is not taken delays the next ones and is not lost") {
  Place place;
  Asked asked(place, "GET", "/drip?count=3&ms=100");
  asked.pause_at = 1;
  asked.ask();
  place.time.advance(base::Duration(5000));
  CHECK(asked.size == 1);
  asked.writable();
  CHECK(asked.size == 2);
  place.time.advance(base::Duration(200));
  CHECK(asked.size == 3);
  CHECK(asked.ended);
}

TEST_CASE("a client that was slow between two drips misses no time") {
  Place place;
  Asked asked(place, "GET", "/drip?count=3&ms=100");
  asked.pause_at = 1;
  asked.ask();
  asked.writable();
  CHECK(asked.size == 1);
  place.time.advance(base::Duration(300));
  CHECK(asked.ended);
}

TEST_CASE("events are whole server-sent events") {
  Place place;
  Asked asked(place, "GET", "/events?count=2&ms=10");
  asked.ask();
  CHECK(asked.field("Content-Type") == "text/event-stream");
  CHECK(asked.field("Cache-Control") == "no-cache");
  place.time.advance(base::Duration(100));
  CHECK(asked.ended);
  CHECK(asked.text ==
        "id: 1\nevent: tick\ndata: {\"n\":1,\"instance\":\"a\"}\n\n"
        "id: 2\nevent: tick\ndata: {\"n\":2,\"instance\":\"a\"}\n\n");
}

TEST_CASE("drips that cannot be understood are 400") {
  Place place;
  for (auto target : {"/drip?count=x", "/drip?ms=3600001", "/drip?size=0", "/drip?size=65001",
                      "/events?count=-1"}) {
    CAPTURE(target);
    Asked asked(place, "GET", target);
    CHECK(asked.ask().status == 400);
  }
}

}  // namespace weir::backend
