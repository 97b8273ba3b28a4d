#include <doctest/doctest.h>

#include "unit/backend/asked.h"

namespace weir::backend {

TEST_CASE("a drained body is counted and summed") {
  Place place;
  for (auto target : {"/drain", "/upload"}) {
    Asked asked(place, "POST", target);
    asked.request.head.framing = http::Framing::kChunked;
    asked.begin();
    CHECK(asked.give("foo") == http::Flow::kGo);
    CHECK(asked.give("bar") == http::Flow::kGo);
    asked.end_body();
    CHECK(asked.text == "{\"bytes\":6,\"fnv1a\":\"85944171f73967e8\",\"instance\":\"a\"}\n");
  }
  Asked empty(place, "GET", "/drain");
  CHECK(empty.ask().text == "{\"bytes\":0,\"fnv1a\":\"cbf29ce484222325\",\"instance\":\"a\"}\n");
}

TEST_CASE("a slow drain has the sender wait behind each piece") {
  Place place;
  Asked asked(place, "POST", "/drain?ms=100");
  asked.request.head.framing = http::Framing::kChunked;
  asked.begin();
  for (int i = 0; i < 2; ++i) {
    CHECK(asked.give("foo") == http::Flow::kPause);
    place.time.advance(base::Duration(90));
    CHECK(asked.resumed == i);
    place.time.advance(base::Duration(30));
    CHECK(asked.resumed == i + 1);
  }
  // The end can lie in what was read before the pause.
  CHECK(asked.give("foo") == http::Flow::kPause);
  asked.end_body();
  CHECK(asked.ended);
  place.time.advance(base::Duration(1000));
  CHECK(asked.resumed == 2);
}

TEST_CASE("a pause that is no number is 400") {
  Place place;
  Asked asked(place, "POST", "/drain?ms=x");
  CHECK(asked.ask().status == 400);
}

}  // namespace weir::backend
