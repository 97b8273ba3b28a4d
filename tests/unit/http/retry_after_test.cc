#include "http/retry_after.h"

#include <doctest/doctest.h>

#include <optional>
#include <string_view>

namespace weir::http {

namespace {

constexpr std::int64_t kNow = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT

std::optional<std::int64_t> wait_of(std::string_view value, std::string_view date = {}) {
  base::Arena arena;
  Fields fields;
  fields.add(arena, "Retry-After", value);
  if (!date.empty()) fields.add(arena, "Date", date);
  return retry_after(fields, kNow);
}

}  // namespace

TEST_CASE("seconds are seconds, a very long time is a year") {
  CHECK(wait_of("0") == 0);
  CHECK(wait_of("120") == 120);
  CHECK(wait_of("31535999") == 31'535'999);
  CHECK(wait_of("99999999999") == 31'536'000);
  CHECK(wait_of("99999999999999999999999999") == 31'536'000);
}

TEST_CASE("a date is as far off as it is from the answer's own, or from now") {
  CHECK(wait_of("Sun, 06 Nov 1994 08:49:47 GMT") == 10);
  CHECK(wait_of("Sunday, 06-Nov-94 08:49:47 GMT") == 10);
  CHECK(wait_of("Sun Nov  6 08:49:47 1994") == 10);
  CHECK(wait_of("Sun, 06 Nov 1994 08:49:47 GMT", "Sun, 06 Nov 1994 08:49:40 GMT") == 7);
  CHECK(wait_of("Sun, 06 Nov 1994 08:49:47 GMT", "yesterday") == 10);
  CHECK(wait_of("Sat, 05 Nov 1994 08:49:47 GMT") == 0);
  CHECK(wait_of("Fri, 31 Dec 9999 23:59:59 GMT") == 31'536'000);
}

TEST_CASE("anything else asks for nothing") {
  for (const char* text : {"", "-1", "+5", "1.5", "soon", "5s", "1, 2", "06 Nov 1994"}) {
    CHECK(!wait_of(text).has_value());
  }
  CHECK(!retry_after(Fields(), kNow).has_value());
}

}  // namespace weir::http
