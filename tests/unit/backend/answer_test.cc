#include "backend/answer.h"

#include <doctest/doctest.h>

#include "unit/backend/asked.h"

namespace weir::backend {

TEST_CASE("every answer says which instance gave it") {
  Place place;
  for (auto target :
       {"/", "/healthz", "/users/1", "/orders/1", "/payments/1", "/echo", "/bytes/10", "/delay/0",
        "/status/204", "/status/500", "/drip?count=1", "/events?count=1", "/drain", "/upload",
        "/close?after=1", "/trailers", "/early", "/nothing", "/status/x"}) {
    CAPTURE(target);
    Asked asked(place, "GET", target);
    asked.ask();
    CHECK(asked.over());
    CHECK(asked.field("X-Instance") == "a");
    CHECK(asked.field("Server") == "weir-backend");
    CHECK((asked.field("Content-Type").empty() == (asked.status == 204)));
  }
}

TEST_CASE("a HEAD tells the length and sends no body") {
  Place place;
  for (auto target : {"/", "/users/1", "/echo", "/bytes/1000000000000", "/status/404", "/trailers",
                      "/drip", "/events", "/drain", "/early", "/delay/0", "/nothing"}) {
    CAPTURE(target);
    Asked asked(place, "HEAD", target);
    asked.ask();
    CHECK(asked.ended);
    CHECK(asked.size == 0);
    if (asked.framing == http::Framing::kLength) CHECK(asked.content_length > 0);
  }
}

TEST_CASE("an answer waits until the request was read") {
  Place place;
  Asked asked(place, "POST", "/users/1");
  asked.request.head.framing = http::Framing::kChunked;
  asked.begin();
  CHECK(asked.give("dropped") == http::Flow::kGo);
  CHECK(asked.status == 0);
  asked.end_body();
  CHECK(asked.status == 200);
  CHECK(asked.ended);
}

TEST_CASE("a client that expects 100 gets it before the answer") {
  Place place;
  for (auto target : {"/", "/echo", "/drain", "/bytes/5", "/delay/0", "/drip?count=1"}) {
    CAPTURE(target);
    Asked asked(place, "POST", target);
    asked.request.head.framing = http::Framing::kChunked;
    asked.request.head.expect_continue = true;
    asked.begin();
    CHECK(asked.interims == std::vector<unsigned>{100});
    asked.end_body();
    CHECK(asked.ended);
  }
}

TEST_CASE("nothing is sent behind a detach, also when it comes inside the head") {
  Place place;
  for (auto target : {"/", "/echo", "/bytes/100", "/drip", "/trailers", "/delay/0"}) {
    CAPTURE(target);
    Asked asked(place, "GET", target);
    asked.leave_at_head = true;
    asked.ask();
    place.time.advance(base::Duration(1000));
    CHECK(asked.status == 200);
    CHECK(asked.size == 0);
    CHECK_FALSE(asked.over());
  }
}

}  // namespace weir::backend
