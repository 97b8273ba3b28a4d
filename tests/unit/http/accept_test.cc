#include "http/accept.h"

#include <doctest/doctest.h>

namespace weir::http {

TEST_CASE("who asks for JSON gets JSON") {
  for (std::string_view accept :
       {"application/json", "APPLICATION/JSON", "application/json;charset=utf-8",
        "application/json, text/plain, */*", "application/problem+json", "application/*",
        "text/html;q=0.5, application/json", "text/html;q=0, */*", "application/json;q=0.1",
        " application/json ; q=1.0 , text/html ; Q=0.999", "*/*;q=0.8, application/json;q=0.8"}) {
    CAPTURE(accept);
    CHECK(prefers_json(accept));
  }
}

TEST_CASE("all others get HTML") {
  for (std::string_view accept :
       {"", "*/*", "text/html", "text/html, application/json", "text/*, */*;q=0.1", "image/png",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
        "application/json;q=0", "application/json;q=0.5, */*", "application/json;q=x", "+json",
        ",,;", "application/json;q=0.5, text/html;q=0.501"}) {
    CAPTURE(accept);
    CHECK_FALSE(prefers_json(accept));
  }
}

}  // namespace weir::http
