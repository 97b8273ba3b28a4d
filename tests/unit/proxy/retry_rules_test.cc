#include "proxy/retry_rules.h"

#include <doctest/doctest.h>

#include "http/method.h"

namespace weir::proxy {

using upstream::FailureKind;
using upstream::RetryMethods;

namespace {

bool may_repeat(std::string_view method, const upstream::RetryOptions& retry) {
  http::RequestHead head;
  head.method_text = method;
  head.method = http::method_of(method);
  return is_repeatable(head, retry);
}

}  // namespace

TEST_CASE("a failure may be tried again where its kind is listed") {
  upstream::RetryOn none;
  none.connect = none.reset = none.timeout = none.malformed = false;
  upstream::RetryOn usual;
  for (FailureKind kind : {FailureKind::kConnect, FailureKind::kConnectTimeout, FailureKind::kReset,
                           FailureKind::kLocal, FailureKind::kTimeout}) {
    CHECK(is_listed(kind, usual));
    CHECK(!is_listed(kind, none));
  }
  CHECK(!is_listed(FailureKind::kMalformed, usual));
  CHECK(!is_listed(FailureKind::kCut, usual));
  CHECK(is_listed(FailureKind::kStatus, none));
}

TEST_CASE("a status may be tried again where it is listed itself") {
  upstream::RetryOn on;
  CHECK(!is_listed(503, on));
  on.statuses = {429, 503};
  CHECK(is_listed(429, on));
  CHECK(is_listed(503, on));
  CHECK(!is_listed(500, on));
}

TEST_CASE("by default the idempotent methods may be sent twice") {
  upstream::RetryOptions retry;
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "QUERY"}) {
    CHECK(may_repeat(method, retry));
  }
  for (const char* method : {"POST", "PATCH", "PROPFIND", "get"}) CHECK(!may_repeat(method, retry));
}

TEST_CASE("methods: all means all, a list means itself") {
  upstream::RetryOptions retry;
  retry.methods = RetryMethods::kAll;
  for (const char* method : {"GET", "POST", "PATCH", "PROPFIND"}) CHECK(may_repeat(method, retry));
  retry.methods = RetryMethods::kListed;
  CHECK(!may_repeat("GET", retry));
  retry.listed_methods = {"POST", "PROPFIND"};
  CHECK(may_repeat("POST", retry));
  CHECK(may_repeat("PROPFIND", retry));
  for (const char* method : {"GET", "PUT", "REPORT", "post"}) CHECK(!may_repeat(method, retry));
}

TEST_CASE("a listed status is its endpoint's fault from 500 on, and 429") {
  for (unsigned status : {429U, 500U, 502U, 503U, 504U, 599U}) CHECK(is_endpoints_fault(status));
  for (unsigned status : {400U, 403U, 404U, 408U}) CHECK(!is_endpoints_fault(status));
}

}  // namespace weir::proxy
