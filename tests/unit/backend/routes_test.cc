#include "backend/routes.h"

#include <doctest/doctest.h>

#include "unit/backend/asked.h"

namespace weir::backend {

TEST_CASE("a path that no endpoint has is 404 as JSON") {
  Place place;
  for (auto target : {"/nothing", "/users", "/echoes", "/healthz/x", "/drip/1"}) {
    CAPTURE(target);
    Asked asked(place, "GET", target);
    asked.ask();
    CHECK(asked.status == 404);
    CHECK(asked.field("Content-Type") == "application/json");
    CHECK(asked.text.starts_with("{\"error\":\""));
  }
}

TEST_CASE("a service gets a target for every route") {
  Place place;
  server::ServiceOptions options;
  place.routes.fill(options);
  CHECK(options.router != nullptr);
  CHECK(options.routes.size() > 15);
  for (const auto& target : options.routes) {
    CHECK(target.handler != nullptr);
    CHECK(target.stats != nullptr);
    CHECK(target.max_body == UINT64_MAX);
  }
  CHECK(options.no_route.stats != nullptr);
}

}  // namespace weir::backend
