#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "system/failover/setup.h"

namespace weir::failover {

namespace {

FakeOrigin::Script good() { return FakeOrigin::answering(answer_of("good")); }

void ask(WeirProcess& weir, int requests) {
  RawClient client(weir.address());
  int well = 0;
  for (int i = 0; i < requests; ++i) well += client.get("/a").status() == 200 ? 1 : 0;
  CHECK(well == requests);
}

}  // namespace

TEST_CASE("requests are spread by weight, exactly") {
  FakeOrigin heavy(good());
  FakeOrigin light(good());
  FakeOrigin plain(good());
  WeirProcess weir(config_of({endpoint(heavy.address(), "weight: 5"),
                              endpoint(light.address(), "weight: 1"), plain.address()}));
  ask(weir, 700);
  CHECK(heavy.requests().size() == 500);
  CHECK(light.requests().size() == 100);
  CHECK(plain.requests().size() == 100);
  CHECK(weir.metric(of_endpoint("weir_upstream_requests_total", heavy.address())) == 500);
  CHECK(weir.metric(of_endpoint("weir_upstream_endpoint_weight", heavy.address())) == 5);
}

TEST_CASE("a heavy endpoint does not get its share in one run") {
  FakeOrigin heavy(good());
  FakeOrigin light(good());
  WeirProcess weir(
      config_of({endpoint(heavy.address(), "weight: 5"), endpoint(light.address(), "weight: 2")}));
  RawClient client(weir.address());
  std::size_t seen = 0;
  std::size_t run = 0;
  std::size_t longest = 0;
  for (int i = 0; i < 70; ++i) {
    REQUIRE(client.get("/a").status() == 200);
    std::size_t now = heavy.requests().size();
    run = now > seen ? run + 1 : 0;
    longest = std::max(longest, run);
    seen = now;
  }
  CHECK(seen == 50);
  CHECK(longest == 3);
}

TEST_CASE("each request on its own connection is spread alike") {
  std::array<FakeOrigin, 3> origins = {FakeOrigin(good()), FakeOrigin(good()), FakeOrigin(good())};
  WeirProcess weir(config_of({origins[0].address(), origins[1].address(), origins[2].address()}));
  for (int i = 0; i < 90; ++i) ask(weir, 1);
  for (const auto& origin : origins) CHECK(origin.requests().size() == 30);
}

TEST_CASE("an endpoint that is down gets nothing") {
  FakeOrigin down(good());
  FakeOrigin up(good());
  WeirProcess weir(config_of({endpoint(down.address(), "down: on"), up.address()}));
  ask(weir, 20);
  CHECK(down.connections() == 0);
  CHECK(up.requests().size() == 20);
  CHECK(weir.metric(of_endpoint("weir_upstream_endpoint_up", down.address())) == 0);
  CHECK(weir.metric(of_endpoint("weir_upstream_endpoint_up", up.address())) == 1);
}

TEST_CASE("an endpoint that is down is not retried on either") {
  FakeOrigin down(good());
  FakeOrigin bad(resetting());
  WeirProcess weir(config_of({endpoint(down.address(), "down: on"), bad.address()}));
  RawClient client(weir.address());
  CHECK(client.get("/a").status() == 502);
  CHECK(down.connections() == 0);
}

TEST_CASE("a backup gets requests only when no other endpoint is available") {
  FakeOrigin backup(good());
  FakeOrigin first(good());
  FakeOrigin second(good());
  WeirProcess weir(
      config_of({endpoint(backup.address(), "backup: on"), first.address(), second.address()},
                {"max_fails: 1", "fail_timeout: 1h"}));
  ask(weir, 20);
  CHECK(backup.connections() == 0);
}

TEST_CASE("a backup takes over while all others are put aside") {
  RefusingPort first;
  RefusingPort second;
  FakeOrigin backup(good());
  WeirProcess weir(
      config_of({endpoint(backup.address(), "backup: on"), first.address(), second.address()},
                {"max_fails: 1", "fail_timeout: 1h", "retry: {backoff: 1ms}"}));
  ask(weir, 20);
  CHECK(backup.requests().size() == 20);
  CHECK(weir.metric(of_endpoint("weir_upstream_endpoint_ejected", first.address())) == 1);
  CHECK(weir.metric(of_endpoint("weir_upstream_endpoint_ejected", second.address())) == 1);
  CHECK(weir.metric("weir_upstream_failures_total{reason=\"connect\"}") == 2);
}

}  // namespace weir::failover
