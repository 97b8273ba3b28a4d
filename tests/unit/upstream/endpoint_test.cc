#include "upstream/endpoint.h"

#include <doctest/doctest.h>

namespace weir::upstream {

namespace {

constexpr base::Stamp kSecond = 1'000'000'000;

base::SharedRef<Endpoint> make(unsigned max_fails, base::Duration fail_timeout,
                               EndpointOptions options = {}) {
  return base::make_shared_ref<Endpoint>(std::move(options), net::SocketAddress{}, "a:1", max_fails,
                                         fail_timeout);
}

}  // namespace

TEST_CASE("max_fails failures put an endpoint aside for fail_timeout") {
  auto endpoint = make(3, base::Duration{10'000});
  base::Stamp now = 100 * kSecond;
  CHECK_FALSE(endpoint->count_failure(now));
  CHECK_FALSE(endpoint->count_failure(now + kSecond));
  CHECK(endpoint->available(now + kSecond));
  CHECK(endpoint->count_failure(now + 2 * kSecond));
  CHECK_FALSE(endpoint->available(now + 2 * kSecond));
  CHECK(endpoint->ejected(now + 12 * kSecond - 1));
  CHECK(endpoint->available(now + 12 * kSecond));
}

TEST_CASE("a further failure of one put aside is no second ejection, and keeps it there") {
  auto endpoint = make(1, base::Duration{10'000});
  CHECK(endpoint->count_failure(100 * kSecond));
  CHECK_FALSE(endpoint->count_failure(105 * kSecond));
  CHECK(endpoint->ejected(110 * kSecond));
  CHECK(endpoint->available(115 * kSecond));
}

TEST_CASE("max_fails 0 and fail_timeout 0 never put anybody aside") {
  auto never = make(0, base::Duration{10'000});
  auto no_time = make(1, base::Duration{0});
  for (int i = 0; i < 100; ++i) {
    CHECK_FALSE(never->count_failure(kSecond));
    CHECK_FALSE(no_time->count_failure(kSecond));
  }
  CHECK(never->available(kSecond));
  CHECK(no_time->available(kSecond));
}

TEST_CASE("an endpoint configured down is not available") {
  EndpointOptions options;
  options.down = true;
  auto endpoint = make(3, base::Duration{10'000}, options);
  CHECK_FALSE(endpoint->available(kSecond));
  CHECK_FALSE(endpoint->ejected(kSecond));
}

TEST_CASE("a success within fail_timeout of a failure forgets nothing, as in nginx") {
  auto endpoint = make(2, base::Duration{10'000});
  endpoint->count_failure(100 * kSecond);
  endpoint->begin_try(101 * kSecond);
  endpoint->count_success();
  CHECK(endpoint->count_failure(102 * kSecond));
}

TEST_CASE("a success of a try begun fail_timeout after the failure forgets it") {
  auto endpoint = make(2, base::Duration{10'000});
  endpoint->count_failure(100 * kSecond);
  endpoint->begin_try(110 * kSecond);
  endpoint->count_success();
  CHECK_FALSE(endpoint->count_failure(111 * kSecond));
  CHECK(endpoint->available(111 * kSecond));
}

TEST_CASE("after fail_timeout one try checks the endpoint while the others stay away") {
  auto endpoint = make(1, base::Duration{10'000});
  endpoint->count_failure(100 * kSecond);
  REQUIRE(endpoint->available(110 * kSecond));
  endpoint->begin_try(110 * kSecond);
  CHECK_FALSE(endpoint->available(110 * kSecond));
  SUBCASE("it goes well: everybody is back at once") {
    endpoint->count_success();
    CHECK(endpoint->available(110 * kSecond));
    CHECK(endpoint->count_failure(111 * kSecond));  // the count began anew
  }
  SUBCASE("it fails: put aside again at the first failure") {
    CHECK_FALSE(endpoint->count_failure(113 * kSecond));  // it never came back between
    CHECK_FALSE(endpoint->available(123 * kSecond - 1));
    CHECK(endpoint->available(123 * kSecond));
  }
  SUBCASE("it is never heard of: the next check comes fail_timeout later") {
    CHECK_FALSE(endpoint->available(120 * kSecond - 1));
    CHECK(endpoint->available(120 * kSecond));
  }
}

TEST_CASE("a success that was under way when the endpoint was put aside does not bring it back") {
  auto endpoint = make(1, base::Duration{10'000});
  endpoint->count_failure(100 * kSecond);
  endpoint->count_success();
  CHECK_FALSE(endpoint->available(101 * kSecond));
}

TEST_CASE("a failure that may not eject is counted all the same") {
  auto endpoint = make(2, base::Duration{10'000});
  endpoint->count_failure(100 * kSecond, false);
  CHECK_FALSE(endpoint->count_failure(101 * kSecond, false));
  CHECK(endpoint->available(101 * kSecond));
  CHECK(endpoint->count_failure(102 * kSecond, true));
}

TEST_CASE("the check of one that was never put aside does not put it aside") {
  auto endpoint = make(1, base::Duration{10'000});
  endpoint->count_failure(100 * kSecond, false);
  endpoint->begin_try(120 * kSecond);
  CHECK(endpoint->available(120 * kSecond));
}

}  // namespace weir::upstream
