#include "http/last_hop.h"

#include <doctest/doctest.h>

namespace weir::http {

namespace {

// A request with these values of Max-Forwards between two other fields.
struct Asked {
  explicit Asked(std::initializer_list<std::string_view> hops) {
    head.method = Method::kTrace;
    head.method_text = "TRACE";
    head.target = "/a?b";
    head.fields.add(arena, "Host", "a");
    for (std::string_view value : hops) head.fields.add(arena, "Max-Forwards", value);
    head.fields.add(arena, "X-One", "1");
  }
  Hop count() { return count_hop(head, arena); }
  // What goes on.
  [[nodiscard]] std::string_view left() const { return head.fields.value(Name::kMaxForwards); }

  base::Arena arena;
  RequestHead head;
};

}  // namespace

TEST_CASE("without Max-Forwards a request goes on as it is") {
  Asked asked({});
  CHECK(asked.count() == Hop::kGoesOn);
  CHECK(asked.head.fields.size() == 2);
}

TEST_CASE("each hop makes Max-Forwards one less, and leaves the other fields alone") {
  Asked asked({"10"});
  CHECK(asked.count() == Hop::kGoesOn);
  CHECK(asked.left() == "9");
  REQUIRE(asked.head.fields.size() == 3);
  CHECK(asked.head.fields.begin()[0].value == "a");
  CHECK(asked.head.fields.begin()[2].value == "1");
  Asked one({"001"});
  CHECK(one.count() == Hop::kGoesOn);
  CHECK(one.left() == "0");
}

TEST_CASE("at 0 it goes no further") {
  for (std::string_view zero : {"0", "000"}) {
    Asked asked({zero});
    CHECK(asked.count() == Hop::kLast);
  }
}

TEST_CASE("more hops than can be counted become the most that can") {
  Asked asked({"99999999999999999999999"});
  CHECK(asked.count() == Hop::kGoesOn);
  CHECK(asked.left() == "18446744073709551614");
}

TEST_CASE("what is no number of hops is malformed") {
  for (std::string_view value : {"", "-1", "+1", "1, 1", "1 1", "0x1", "ten", "1.0"}) {
    CAPTURE(value);
    Asked asked({value});
    CHECK(asked.count() == Hop::kMalformed);
  }
  CHECK(Asked({"1", "1"}).count() == Hop::kMalformed);
}

TEST_CASE("who traced gets the head as it came, without secrets") {
  Asked asked({"0"});
  asked.head.fields.add(asked.arena, "Cookie", "a=b");
  asked.head.fields.add(asked.arena, "authorization", "Basic eDp5");
  asked.head.fields.add(asked.arena, "Proxy-authorization", "Basic eDp5");
  asked.head.fields.add(asked.arena, "X-Empty", "");
  CHECK(traced(asked.head, asked.arena) ==
        "TRACE /a?b HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\nX-One: 1\r\nX-Empty: \r\n\r\n");
  asked.head.version = Version::kHttp10;
  CHECK(traced(asked.head, asked.arena).starts_with("TRACE /a?b HTTP/1.0\r\n"));
}

}  // namespace weir::http
