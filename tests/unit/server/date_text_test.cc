#include "server/date_text.h"

#include <doctest/doctest.h>

#include <ctime>
#include <string>

#include "http/date.h"

namespace weir::server {

namespace {

std::string now_text() {
  char text[32] = {};
  http::write_date(text, std::time(nullptr));
  return {text, 29};
}

}  // namespace

TEST_CASE("the date is the wall clock's, made anew when a second of the loop's time is over") {
  DateText date;
  std::string before = now_text();
  std::string_view first = date.get(1);
  std::string text(first);
  std::string after = now_text();
  CHECK(text.size() == 29);
  CHECK(text.ends_with(" GMT"));
  CHECK((text == before || text == after));
  // The same second: the same text, in the same place, whatever the wall clock says.
  CHECK(date.get(1).data() == first.data());
  before = now_text();
  text = date.get(1'000'000'002);
  CHECK((text == before || text == now_text()));
}

}  // namespace weir::server
