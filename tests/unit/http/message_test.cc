#include "http/message.h"

#include <doctest/doctest.h>

using weir::http::may_have_body;
using weir::http::Method;
using weir::http::reason_of;

TEST_CASE("a status has its registered phrase, or none") {
  CHECK(reason_of(100) == "Continue");
  CHECK(reason_of(200) == "OK");
  CHECK(reason_of(413) == "Content Too Large");
  CHECK(reason_of(511) == "Network Authentication Required");
  for (unsigned status : {0U, 99U, 299U, 499U, 512U, 999U, 4294967295U})
    CHECK(reason_of(status).empty());
}

TEST_CASE("no body comes with interim answers, 204, 304, and answers to HEAD") {
  CHECK(may_have_body(200, Method::kGet));
  CHECK(may_have_body(205, Method::kPost));
  CHECK(may_have_body(500, Method::kOther));
  for (unsigned status : {100U, 103U, 204U, 304U}) CHECK_FALSE(may_have_body(status, Method::kGet));
  CHECK(may_have_body(101, Method::kGet));
  CHECK_FALSE(may_have_body(200, Method::kHead));
}
