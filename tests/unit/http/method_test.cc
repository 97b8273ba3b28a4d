#include "http/method.h"

#include <doctest/doctest.h>

using weir::http::Method;
using weir::http::method_of;

TEST_CASE("a known method is found by its token alone") {
  for (auto i = static_cast<int>(Method::kGet); i < static_cast<int>(Method::kOther); ++i) {
    auto method = static_cast<Method>(i);
    CHECK(method_of(weir::http::text_of(method)) == method);
  }
  for (std::string_view token : {"", "get", "GETS", "GOT", "PUX", "HEAR", "PAST", "TRACK", "PATHS",
                                 "QUEUE", "DELETF", "OPTIONT", "CONNECX", "PROPFIND", "other"}) {
    CHECK(method_of(token) == Method::kOther);
  }
}

TEST_CASE("safe methods are idempotent, POST and PATCH and unknown ones are not") {
  for (Method method :
       {Method::kGet, Method::kHead, Method::kOptions, Method::kTrace, Method::kQuery}) {
    CHECK(weir::http::is_safe(method));
    CHECK(weir::http::is_idempotent(method));
  }
  for (Method method : {Method::kPut, Method::kDelete}) {
    CHECK_FALSE(weir::http::is_safe(method));
    CHECK(weir::http::is_idempotent(method));
  }
  for (Method method : {Method::kPost, Method::kPatch, Method::kConnect, Method::kOther}) {
    CHECK_FALSE(weir::http::is_idempotent(method));
  }
}
