#include <doctest/doctest.h>

#include "system/failover/setup.h"

namespace weir::failover {

namespace {

// Answers one request on each connection; the next one finds the connection dying: by RST where
// `by_reset`, else by FIN, once it was read.
FakeOrigin::Script dying(bool by_reset) {
  return [by_reset](Connection& connection) {
    connection.request();
    connection.send(answer_of("good"));
    if (!connection.another()) return;
    connection.request();
    if (by_reset) connection.reset();
  };
}

void check_replaced(bool by_reset) {
  FakeOrigin origin(dying(by_reset));
  FakeOrigin other(dying(by_reset));
  WeirProcess weir(
      config_of({origin.address(), other.address()},
                {"max_fails: 1", "retry: {attempts: 1, budget: 0%, min_per_second: 0}"}));
  RawClient client(weir.address());
  for (int i = 0; i < 100; ++i) {
    Message answer = client.get("/a");
    CHECK(answer.status() == 200);
    CHECK(answer.body == "good");
  }
  // At no cost: no failure, no retry, nobody put aside, each endpoint with its share.
  CHECK(weir.metric("weir_upstream_failures_total") == 0);
  CHECK(weir.metric("weir_upstream_retries_total") == 0);
  CHECK(weir.metric("weir_upstream_endpoint_ejected") == 0);
  for (auto* one : {&origin, &other}) {
    CHECK(weir.metric(of_endpoint("weir_upstream_requests_total", one->address())) == 50);
    CHECK(one->connections() == 50);
    CHECK(one->requests().size() == 99);
  }
}

// Posts until so many are lost, at most 100, by turns to an origin that is good and one that is
// dying: how many were.
int lose_posts(const WeirProcess& weir, int most) {
  RawClient client(weir.address());
  int lost = 0;
  for (int i = 0; i < 100 && lost < most; ++i) lost += client.ask(post("order")).status() == 502;
  return lost;
}

}  // namespace

TEST_CASE("a backend that resets POSTs on connections just used is put aside after max_fails") {
  FakeOrigin origin(dying(true));
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({origin.address(), good.address()}, {"fail_timeout: 1h"}));
  CHECK(lose_posts(weir, 4) == 3);
  CHECK(weir.metric(of_endpoint("weir_upstream_endpoint_ejected", origin.address())) == 1);
}

TEST_CASE("a backend that closes its connections under POSTs, by FIN, is not put aside") {
  FakeOrigin origin(dying(false));
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({origin.address(), good.address()}, {"fail_timeout: 1h"}));
  CHECK(lose_posts(weir, 10) == 10);
  CHECK(weir.metric("weir_upstream_endpoint_ejected") == 0);
}

TEST_CASE("a kept-alive connection that is closed under a GET is replaced, 100 times") {
  check_replaced(false);
}

TEST_CASE("a kept-alive connection that is reset under a GET is replaced, 100 times") {
  check_replaced(true);
}

TEST_CASE("a request is sent once more on a fresh connection, and then no more") {
  FakeOrigin origin([](Connection& connection) {
    connection.request();
    if (connection.number() == 0) {
      connection.send(answer_of("good"));
      if (connection.another()) connection.request();
    }
  });
  WeirProcess weir(config_of({origin.address()}));
  RawClient client(weir.address());
  CHECK(client.get("/a").status() == 200);
  CHECK(client.get("/a").status() == 502);
}

TEST_CASE("a connection that the backend closed while idle is not used again") {
  FakeOrigin origin([](Connection& connection) {
    connection.request();
    connection.send(answer_of("good"));
  });
  WeirProcess weir(config_of({origin.address()}));
  RawClient client(weir.address());
  for (int i = 1; i <= 20; ++i) {
    // Even a POST is safe: nothing of it is sent on the dead connection.
    CHECK(client.ask(post("order")).status() == 200);
    origin.wait_ended(static_cast<std::size_t>(i));
    weir.wait_metric("weir_upstream_connections{state=\"idle\"}", 0);
  }
  CHECK(origin.requests().size() == 20);
}

}  // namespace weir::failover
