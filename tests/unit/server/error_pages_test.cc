#include "server/error_pages.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace weir::server {

namespace {

ErrorPage page(unsigned first, unsigned last, std::string body) {
  return {{first, last}, "text/plain", std::move(body)};
}

}  // namespace

TEST_CASE("a route's pages come before those of all, a status before its class") {
  std::vector<ErrorPage> own{page(400, 499, "own 4xx"), page(404, 404, "own 404")};
  std::vector<ErrorPage> common{page(403, 403, "common 403"), page(502, 502, "common 502")};
  ErrorPages pages(own, common, {{404, 404}, {500, 599}});
  CHECK(pages.find(404)->body == "own 404");
  CHECK(pages.find(403)->body == "own 4xx");
  CHECK(pages.find(502)->body == "common 502");
  CHECK(pages.find(503) == nullptr);
  CHECK(pages.intercepts(404));
  CHECK(pages.intercepts(503));
  CHECK_FALSE(pages.intercepts(403));
}

}  // namespace weir::server
