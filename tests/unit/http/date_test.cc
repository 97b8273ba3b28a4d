#include "http/date.h"

#include <doctest/doctest.h>

#include <ctime>
#include <random>
#include <string>

namespace {

std::string date(std::int64_t seconds) {
  char room[weir::http::kDateSize];
  char* end = weir::http::write_date(room, seconds);
  return std::string(room, end);
}

}  // namespace

TEST_CASE("dates are written as RFC 9110 writes them") {
  CHECK(date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(date(951782399) == "Mon, 28 Feb 2000 23:59:59 GMT");
  CHECK(date(951782400) == "Tue, 29 Feb 2000 00:00:00 GMT");
  CHECK(date(4107542400) == "Mon, 01 Mar 2100 00:00:00 GMT");
  CHECK(date(253402300799) == "Fri, 31 Dec 9999 23:59:59 GMT");
}

TEST_CASE("dates agree with the C library") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    auto seconds = static_cast<std::time_t>(random() % 253402300800U);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[64];
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    REQUIRE(date(seconds) == text);
  }
}
