#include "http/error_page.h"

#include <doctest/doctest.h>

using weir::http::error_json;
using weir::http::error_page;

TEST_CASE("an error page names the status twice and weir once") {
  weir::base::Arena arena;
  CHECK(error_page(404, arena) ==
        "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n"
        "<center><h1>404 Not "
        "Found</h1></center>\r\n<hr><center>weir</center>\r\n</body>\r\n</html>\r\n");
}

TEST_CASE("a status without a phrase has a page too") {
  weir::base::Arena arena;
  auto first = error_page(499, arena);
  auto second = error_page(4294967295U, arena);
  CHECK(first.find("<h1>499</h1>") != first.npos);
  CHECK(second.find("<h1>4294967295</h1>") != second.npos);
}

TEST_CASE("the same as JSON") {
  weir::base::Arena arena;
  CHECK(error_json(404, arena) == "{\"status\": 404, \"error\": \"Not Found\"}\n");
  CHECK(error_json(499, arena) == "{\"status\": 499, \"error\": \"\"}\n");
}
