#include "cache/asking.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/cache/stored.h"

namespace weir::cache {
namespace {

std::string text_of(const http::Fields& fields) {
  std::string text;
  for (const http::Field& field : fields) {
    CHECK(field.id == http::name_of(field.name));
    text += std::string(field.name) + "=" + std::string(field.value) + ";";
  }
  return text;
}

}  // namespace

TEST_CASE("the whole is asked for without conditions, with what the origin says of it with them") {
  constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
  FieldsOf request{{"Accept", "x"},
                   {"If-Match", "\"a\""},
                   {"if-none-match", "\"b\""},
                   {"If-Modified-Since", kDate},
                   {"If-Range", "\"c\""},
                   {"If-Unmodified-Since", kDate},
                   {"Range", "bytes=0-1"},
                   {"Cookie", "y"}};
  base::Arena arena;
  CHECK(text_of(unconditional(request, arena)) == "Accept=x;Cookie=y;");
  CHECK(text_of(validating(request, *stored("k", "body", FieldsOf{{"ETag", "W/\"1\""}}), arena)) ==
        "Accept=x;Cookie=y;If-None-Match=W/\"1\";");
  FieldsOf both{{"ETag", "\"1\""}, {"Last-Modified", kDate}};
  CHECK(text_of(validating(request, *stored("k", "body", both), arena)) ==
        "Accept=x;Cookie=y;If-None-Match=\"1\";If-Modified-Since=" + std::string(kDate) + ";");
  FieldsOf neither{{"Last-Modified", "lately"}};
  CHECK(text_of(validating(request, *stored("k", "body", neither), arena)) == "Accept=x;Cookie=y;");
}

}  // namespace weir::cache
