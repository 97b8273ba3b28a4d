#include <doctest/doctest.h>

#include "unit/backend/asked.h"

namespace weir::backend {
namespace {

unsigned status_of(Place& place, std::string_view method, std::string_view target) {
  return Asked(place, method, target).ask().status;
}

}  // namespace

TEST_CASE("health fails from fail=1 to fail=0") {
  Place place;
  CHECK(status_of(place, "GET", "/healthz") == 200);
  CHECK(status_of(place, "POST", "/healthz?fail=1") == 200);
  for (int i = 0; i < 3; ++i) CHECK(status_of(place, "GET", "/healthz") == 503);
  CHECK(status_of(place, "HEAD", "/healthz") == 503);
  CHECK(status_of(place, "POST", "/healthz?fail=0") == 200);
  CHECK(status_of(place, "GET", "/healthz") == 200);
}

TEST_CASE("health fails as often as it was told") {
  Place place;
  CHECK(status_of(place, "POST", "/healthz?fail=1&times=2") == 200);
  CHECK(status_of(place, "GET", "/healthz") == 503);
  CHECK(status_of(place, "GET", "/healthz") == 503);
  CHECK(status_of(place, "GET", "/healthz") == 200);
}

TEST_CASE("only a POST changes health, and only one that can be read") {
  Place place;
  CHECK(status_of(place, "GET", "/healthz?fail=1") == 200);
  for (auto target : {"/healthz", "/healthz?fail", "/healthz?fail=2", "/healthz?fail=x",
                      "/healthz?fail=1&times=x", "/healthz?times=3"}) {
    CAPTURE(target);
    CHECK(status_of(place, "POST", target) == 400);
  }
  CHECK(status_of(place, "GET", "/healthz") == 200);
}

TEST_CASE("health tells its state in words") {
  Place place;
  Asked well(place, "GET", "/healthz");
  CHECK(well.ask().text == "{\"status\":\"ok\",\"instance\":\"a\"}\n");
  place.instance.health.fail(1);
  Asked ill(place, "GET", "/healthz");
  CHECK(ill.ask().text == "{\"status\":\"failing\",\"instance\":\"a\"}\n");
}

}  // namespace weir::backend
