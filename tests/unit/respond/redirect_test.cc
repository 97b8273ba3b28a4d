#include "respond/redirect.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "unit/respond/asked.h"

namespace weir::respond {
namespace {

TEST_CASE("the Location is the template's text for this request") {
  Redirect handler({"https://www.$host$request_uri", 308});
  Asked asked;
  asked.ask(handler);
  CHECK(asked.calls == "head body end");
  CHECK(asked.status == 308);
  REQUIRE(asked.fields.size() == 2);
  CHECK(asked.fields[0].first == "Location");
  CHECK(asked.fields[0].second == "https://www.shop.example.com/a?b=c");
  CHECK(asked.fields[1] == std::pair<std::string, std::string>("Content-Type", "text/html"));
  CHECK(asked.known);
  CHECK(asked.content_length == asked.text.size());
  CHECK(asked.text.find("308") != std::string::npos);
  Asked other;
  other.request.head.target = "/z";
  other.ask(handler);
  CHECK(other.fields[0].second == "https://www.shop.example.com/z");
}

TEST_CASE("a redirect is 302 unless told otherwise, and its place may be plain text") {
  RedirectOptions options;
  options.to = "/new";
  Redirect handler(options);
  Asked asked;
  asked.ask(handler);
  CHECK(asked.status == 302);
  CHECK(asked.fields[0].second == "/new");
}

TEST_CASE("a redirect that could not be followed is refused at load") {
  struct Row {
    RedirectOptions options;
    std::string_view says;
  };
  for (const auto& row : std::vector<Row>{{{"/a", 300}, "301, 302, 303, 307 or 308"},
                                          {{"/a", 304}, "301, 302, 303, 307 or 308"},
                                          {{"/a", 200}, "301, 302, 303, 307 or 308"},
                                          {{"", 302}, "a place"},
                                          {{"/a b", 302}, "no URI"},
                                          {{"/a\r\nX: y", 302}, "no URI"},
                                          {{"/$nothing", 302}, "unknown variable '$nothing'"},
                                          {{"/$", 302}, "'$' wants"}}) {
    auto checked = check(row.options);
    REQUIRE_FALSE(checked.ok());
    CHECK_MESSAGE(checked.error().text.find(row.says) != std::string::npos, checked.error().text);
  }
  for (unsigned status : {301U, 302U, 303U, 307U, 308U}) CHECK(check({"$scheme:", status}).ok());
}

}  // namespace
}  // namespace weir::respond
