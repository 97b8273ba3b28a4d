#include "http/accept.h"

#include <doctest/doctest.h>

#include <initializer_list>

namespace weir::http {
namespace {

bool prefers(std::initializer_list<std::string_view> lines) {
  base::Arena arena;
  Fields fields;
  for (std::string_view line : lines) fields.add(arena, "Accept", line);
  return prefers_json(fields);
}

}  // namespace

TEST_CASE("who asks for JSON gets JSON") {
  for (std::string_view accept :
       {"application/json", "APPLICATION/JSON", "application/json;charset=utf-8",
        "application/json, text/plain, */*", "application/problem+json", "application/*",
        "text/html;q=0.5, application/json", "text/html;q=0, */*", "application/json;q=0.1",
        " application/json ; q=1.0 , text/html ; Q=0.999", "*/*;q=0.8, application/json;q=0.8"}) {
    CAPTURE(accept);
    CHECK(prefers({accept}));
  }
}

TEST_CASE("all others get HTML") {
  for (std::string_view accept :
       {"", "*/*", "text/html", "text/html, application/json", "text/*, */*;q=0.1", "image/png",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
        "application/json;q=0", "application/json;q=0.5, */*", "application/json;q=x", "+json",
        ",,;", "application/json;q=0.5, text/html;q=0.501"}) {
    CAPTURE(accept);
    CHECK_FALSE(prefers({accept}));
  }
}

TEST_CASE("several lines are one list") {
  CHECK(prefers({"text/html;q=0.5", "application/json"}));
  CHECK(prefers({"application/json", "text/html;q=0.5"}));
  CHECK_FALSE(prefers({"application/json", "text/html"}));
  CHECK_FALSE(prefers({}));
}

}  // namespace weir::http
