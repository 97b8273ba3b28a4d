#include <doctest/doctest.h>

#include "unit/backend/asked.h"

namespace weir::backend {

TEST_CASE("the home tells who answers and what may be asked") {
  Place place;
  place.instance.name = "a \"quoted\" one";
  Asked asked(place, "GET", "/");
  asked.ask();
  CHECK(asked.status == 200);
  CHECK(asked.field("Content-Type") == "application/json");
  CHECK(asked.text.starts_with("{\"instance\":\"a \\\"quoted\\\" one\","));
  CHECK(asked.text.find("\"/bytes/{n}\"") != std::string::npos);
}

TEST_CASE("a parameter is one whole segment") {
  http::Request request;
  auto of = [&](std::string_view path) {
    request.head.normal_path = path;
    return parameter(request, "/users/");
  };
  CHECK(of("/users/42") == "42");
  CHECK(of("/users/a%2Fb") == "a%2Fb");
  CHECK(of("/users/") == "");
  CHECK(of("/users/1/2") == "");
  CHECK(of("/user") == "");
}

}  // namespace weir::backend
