#include "cache/vary.h"

#include <doctest/doctest.h>

#include "unit/cache/fields_of.h"

namespace weir::cache {
namespace {

std::string values(const FieldsOf& request, std::string_view names) {
  return varying_values(request, names);
}
std::string encoding(std::string_view value) {
  return values({{"Accept-Encoding", value}}, "accept-encoding");
}

}  // namespace

TEST_CASE("the names of Vary are one sorted list in lower case") {
  CHECK(varying_names(FieldsOf{}).empty());
  CHECK(varying_names(FieldsOf{{"Vary", "X-B, Accept"}, {"vary", "x-a,ACCEPT"}}) ==
        "accept,x-a,x-b");
}

TEST_CASE("requests differ by the named fields alone") {
  CHECK(values({{"X-A", "1"}, {"X-B", "2"}}, "x-a") == values({{"X-A", "1"}, {"X-B", "3"}}, "x-a"));
  CHECK(values({{"X-A", "1"}}, "x-a") != values({{"X-A", "2"}}, "x-a"));
  CHECK(values({{"x-a", "1"}}, "x-a") == values({{"X-A", "1"}}, "x-a"));
  CHECK(values({{"X-A", "a"}}, "x-a") != values({{"X-A", "A"}}, "x-a"));
  CHECK(values({{"X-A", "a,b"}}, "x-a") != values({{"X-A", "b,a"}}, "x-a"));
}

TEST_CASE("lines are joined, and white space around commas does not count (RFC 9111 section 4.1)") {
  CHECK(values({{"X-A", "1"}, {"X-A", "2"}}, "x-a") == values({{"X-A", "1 ,\t2"}}, "x-a"));
  CHECK(values({{"X-A", "1 2"}}, "x-a") != values({{"X-A", "12"}}, "x-a"));
  CHECK(values({{"X-A", "\"1, 2\""}}, "x-a") != values({{"X-A", "\"1,2\""}}, "x-a"));
}

TEST_CASE("an absent field is not an empty one") {
  CHECK(values({}, "x-a") != values({{"X-A", ""}}, "x-a"));
}

TEST_CASE("no two lists of values have one text") {
  CHECK(values({{"X-A", "1"}, {"X-B", "23"}}, "x-a,x-b") !=
        values({{"X-A", "12"}, {"X-B", "3"}}, "x-a,x-b"));
  CHECK(values({{"X-A", "-:1:x"}}, "x-a,x-b") != values({{"X-B", "x"}}, "x-a,x-b"));
  CHECK(values({{"X-A", "1"}}, "x-a,x-b") != values({{"X-B", "1"}}, "x-a,x-b"));
}

TEST_CASE("Accept-Encoding is a set of codings") {
  CHECK(encoding("gzip, br") == encoding("BR,gzip"));
  CHECK(encoding("gzip;q=1.0, br;q=1") == encoding("br, gzip"));
  CHECK(encoding("gzip ; q=0.5") == encoding("gzip;q=0.5"));
  CHECK(encoding("gzip") != encoding("gzip;q=0"));
  CHECK(encoding("gzip") != encoding("br"));
  CHECK(encoding("gzip;q=0.5, br") != encoding("gzip, br"));
  CHECK(encoding("gzip, gzip") == encoding("gzip"));
  CHECK(values({{"Accept-Encoding", "gzip"}, {"accept-encoding", "br"}}, "accept-encoding") ==
        encoding("br,gzip"));
  CHECK(encoding("") != values({}, "accept-encoding"));
  CHECK(encoding("gzip") != encoding("gzip, x"));
}

TEST_CASE("codings without number are told apart, also where they are not sorted any more") {
  std::string many;
  for (char c = 'a'; c <= 'z'; ++c) many += std::string(1, c) + ",";
  CHECK(encoding(many) == encoding(many));
  CHECK(encoding(many) != encoding(many + "a"));
  CHECK(encoding(many) != encoding(many.substr(0, 50)));
}

}  // namespace weir::cache
