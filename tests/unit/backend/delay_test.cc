#include <doctest/doctest.h>

#include "unit/backend/asked.h"

namespace weir::backend {

TEST_CASE("an answer is delayed from the end of the request on") {
  Place place;
  Asked asked(place, "POST", "/delay/500");
  asked.request.head.framing = http::Framing::kChunked;
  asked.begin();
  place.time.advance(base::Duration(1000));
  asked.end_body();
  place.time.advance(base::Duration(499));
  CHECK(asked.status == 0);
  place.time.advance(base::Duration(20));
  CHECK(asked.status == 200);
  CHECK(asked.text == "{\"delay_ms\":500,\"instance\":\"a\"}\n");
}

TEST_CASE("a client that leaves is not answered, and its work serves the next one") {
  Place place;
  for (int i = 0; i < 3; ++i) {
    Asked gone(place, "GET", "/delay/500");
    gone.ask();
    gone.leave();
    Asked stays(place, "GET", "/delay/1000");
    stays.ask();
    place.time.advance(base::Duration(900));
    CHECK_FALSE(gone.over());
    CHECK_FALSE(stays.over());
    place.time.advance(base::Duration(200));
    CHECK_FALSE(gone.over());
    CHECK(stays.ended);
  }
}

TEST_CASE("no delay is no wait, and no number is 400") {
  Place place;
  Asked at_once(place, "GET", "/delay/0");
  CHECK(at_once.ask().ended);
  for (auto target : {"/delay/", "/delay/x", "/delay/3600001"}) {
    Asked asked(place, "GET", target);
    CHECK(asked.ask().status == 400);
  }
}

}  // namespace weir::backend
