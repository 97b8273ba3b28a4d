#include <doctest/doctest.h>

#include "unit/backend/asked.h"

namespace weir::backend {

TEST_CASE("any final status is answered as asked") {
  Place place;
  for (unsigned status = 200; status <= 599; ++status) {
    std::string target = "/status/" + std::to_string(status);
    Asked asked(place, "GET", target);
    asked.ask();
    CHECK(asked.status == status);
    bool contentless = status == 204 || status == 304;
    CHECK(asked.text.empty() == contentless);
    CHECK((asked.framing == http::Framing::kNone) == contentless);
  }
}

TEST_CASE("what is no final status is 400") {
  Place place;
  for (auto target : {"/status/", "/status/199", "/status/600", "/status/2x0", "/status/200/",
                      "/status/200?retry_after=x"}) {
    CAPTURE(target);
    Asked asked(place, "GET", target);
    CHECK(asked.ask().status == 400);
  }
}

TEST_CASE("a status comes with the fields that were asked for") {
  Place place;
  Asked busy(place, "GET", "/status/503?retry_after=7");
  CHECK(busy.ask().field("Retry-After") == "7");
  Asked moved(place, "GET", "/status/302?location=/users/1");
  CHECK(moved.ask().field("Location") == "/users/1");
  CHECK(moved.field("Retry-After").empty());
}

TEST_CASE("an early answer does not wait for the body") {
  Place place;
  Asked asked(place, "POST", "/early");
  asked.request.head.framing = http::Framing::kLength;
  asked.request.head.content_length = 1000;
  asked.request.head.expect_continue = true;
  asked.begin();
  CHECK(asked.interims.empty());
  CHECK(asked.status == 200);
  CHECK(asked.ended);
}

}  // namespace weir::backend
