#include "http/basic_user.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::http {
namespace {

std::string user_of(std::string_view authorization) {
  base::Arena arena;
  return std::string(basic_user(authorization, arena));
}

}  // namespace

TEST_CASE("the user stands in front of the first colon") {
  CHECK(user_of("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") == "Aladdin");  // Aladdin:open sesame
  CHECK(user_of("basic  YTpiOmM=") == "a");                           // a:b:c
  CHECK(user_of("Basic YTo=") == "a");                                // a:
  CHECK(user_of("Basic OnNlY3JldA==") == "");                         // :secret
}

TEST_CASE("what is no name and password is nobody") {
  for (std::string_view text :
       {"", "Basic", "Basic ", "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic YWJj", "Basic !!!!",
        "Basic =", "BasicQWxhZGRpbjpvcGVuIHNlc2FtZQ=="}) {
    CHECK_MESSAGE(user_of(text) == "", text);
  }
}

}  // namespace weir::http
