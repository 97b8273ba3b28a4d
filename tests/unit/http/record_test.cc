#include "http/record.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::http {

TEST_CASE("one try is held in the record itself") {
  base::Arena arena;
  Record record;
  record.begin_try("10.0.0.1:80", 5, arena);
  CHECK(record.attempts == 1);
  CHECK(record.last_try.endpoint == "10.0.0.1:80");
  CHECK(record.last_try.began == 5);
  CHECK(record.last_try.before == nullptr);
  CHECK(arena.held() == 0);
}

TEST_CASE("the tries before are kept, with what was known of them, also when their endpoints go") {
  base::Arena arena;
  Record record;
  {
    std::string first = "10.0.0.1:80, long enough to be on the heap";
    record.begin_try(first, 5, arena);
    record.last_try.status = 502;
    record.last_try.connected = 6;
    record.last_try.received = 7;
    std::string second = "10.0.0.2:80";
    record.begin_try(second, 10, arena);
    CHECK(record.last_try.status == 0);
    CHECK(record.last_try.connected == 0);
    CHECK(record.last_try.received == 0);
    record.begin_try("10.0.0.3:80", 20, arena);
  }
  CHECK(record.attempts == 3);
  REQUIRE(record.last_try.before != nullptr);
  CHECK(record.last_try.before->endpoint == "10.0.0.2:80");
  CHECK(record.last_try.before->began == 10);
  const Try* first = record.last_try.before->before;
  REQUIRE(first != nullptr);
  CHECK(first->endpoint.starts_with("10.0.0.1:80, long"));
  CHECK(first->status == 502);
  CHECK(first->connected == 6);
  CHECK(first->received == 7);
  CHECK(first->before == nullptr);
}

}  // namespace weir::http
