#include "http/date.h"

#include <doctest/doctest.h>

#include <ctime>
#include <random>
#include <string>

using weir::http::parse_date;

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

TEST_CASE("the three forms of a date are read") {
  CHECK(parse_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777);
  CHECK(parse_date("Sunday, 06-Nov-94 08:49:37 GMT") == 784111777);
  CHECK(parse_date("Sun Nov  6 08:49:37 1994") == 784111777);
  CHECK(parse_date("Wed Nov 16 08:49:37 1994") == 784111777 + 864000);
  CHECK(parse_date("Thu, 01 Jan 1970 00:00:00 GMT") == 0);
  CHECK(parse_date("Tue, 29 Feb 2000 00:00:00 GMT") == 951782400);
  CHECK(parse_date("Fri, 31 Dec 9999 23:59:59 GMT") == 253402300799);
  CHECK(parse_date("Saturday, 31-Dec-16 23:59:60 GMT") == 1483228800);
}

TEST_CASE("what is no date is none") {
  for (const char* text : {"",
                           "0",
                           "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 06 Nov 1994 08:49:37 GMT ",
                           " Sun, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 nov 1994 08:49:37 GMT",
                           "Sun, 06 anF 1994 08:49:37 GMT",
                           "Sun, 31 Nov 1994 08:49:37 GMT",
                           "Tue, 29 Feb 2100 00:00:00 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sun, 06 Nov 1994 08:60:00 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT",
                           "Son, 06 Nov 1994 08:49:37 GMT",
                           "Wed, 31 Dec 1969 23:59:59 GMT",
                           "Sunday, 06-Nov-1994 08:49:37 GMT",
                           "Sun, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov 6 08:49:37 1994",
                           "Sun Nov  6 08:49:37 94"}) {
    CAPTURE(text);
    CHECK(!parse_date(text).has_value());
  }
}

TEST_CASE("every date that is written is read back") {
  std::mt19937_64 random(2);
  for (int i = 0; i < 20000; ++i) {
    auto seconds = static_cast<std::int64_t>(random() % 253402300800U);
    REQUIRE(parse_date(date(seconds)) == seconds);
  }
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
