#include <doctest/doctest.h>

#include "system/failover/setup.h"

namespace weir::failover {

TEST_CASE("a POST of which nothing was sent goes to another endpoint, with its body") {
  RefusingPort refusing;
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({refusing.address(), good.address()}, {"max_fails: 0"}));
  RawClient client(weir.address());
  for (int i = 0; i < 4; ++i) {
    Message answer = client.ask(post("order " + std::to_string(i)));
    CHECK(answer.status() == 200);
  }
  auto requests = good.requests();
  REQUIRE(requests.size() == 4);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    CHECK(requests[i].body == "order " + std::to_string(i));
    CHECK(requests[i].complete);
  }
  CHECK(weir.metric("weir_upstream_retries_total{reason=\"connect\"}") == 2);
}

TEST_CASE("a POST that was sent is not retried") {
  FakeOrigin one(resetting());
  FakeOrigin two(resetting());
  WeirProcess weir(config_of({one.address(), two.address()}, {"max_fails: 0"}));
  for (int i = 1; i <= 4; ++i) {
    RawClient client(weir.address());
    CHECK(client.ask(post("order")).status() == 502);
    CHECK(one.requests().size() + two.requests().size() == static_cast<std::size_t>(i));
  }
  CHECK(weir.metric("weir_upstream_retries_total") == 0);
}

TEST_CASE("a POST that was sent is retried with its body where retry.methods says so") {
  for (const char* methods : {"all", "[GET, POST]", "POST"}) {
    FakeOrigin bad(resetting());
    FakeOrigin good(FakeOrigin::answering(answer_of("good")));
    WeirProcess weir(config_of({bad.address(), good.address()},
                               {"max_fails: 0", "retry: {methods: " + std::string(methods) + "}"}));
    RawClient client(weir.address());
    for (int i = 0; i < 2; ++i) CHECK(client.ask(post("order")).status() == 200);
    REQUIRE(good.requests().size() == 2);
    for (const auto& request : good.requests()) CHECK(request.body == "order");
    CHECK(bad.requests().size() == 1);
  }
}

TEST_CASE("a PUT that was sent is not retried where retry.methods leaves it out") {
  FakeOrigin one(resetting());
  FakeOrigin two(resetting());
  WeirProcess weir(
      config_of({one.address(), two.address()}, {"max_fails: 0", "retry: {methods: [GET, POST]}"}));
  RawClient client(weir.address());
  CHECK(client.ask(post("order", "PUT")).status() == 502);
  weir.process().wait_err_line("not retried: PUT is not in retry.methods of upstream 'app'");
}

TEST_CASE("a POST that was sent on a kept-alive connection is not sent once more") {
  FakeOrigin origin([](Connection& connection) {
    connection.request();
    connection.send(answer_of("good"));
    if (connection.another()) connection.request();
  });
  WeirProcess weir(config_of({origin.address()}));
  RawClient client(weir.address());
  CHECK(client.ask(post("one")).status() == 200);
  CHECK(client.ask(post("two")).status() == 502);
  CHECK(origin.requests().size() == 2);
}

TEST_CASE("a PUT is retried with its body") {
  FakeOrigin bad(resetting());
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({bad.address(), good.address()}, {"max_fails: 0"}));
  RawClient client(weir.address());
  std::string body(60'000, 'b');
  for (int i = 0; i < 2; ++i) CHECK(client.ask(post(body, "PUT")).status() == 200);
  auto requests = good.requests();
  REQUIRE(requests.size() == 2);
  for (const auto& request : requests) CHECK(request.body == body);
  CHECK(bad.requests().size() == 1);
}

TEST_CASE("a PUT whose body is longer than replay_body is not retried once it was sent") {
  FakeOrigin one(resetting());
  FakeOrigin two(resetting());
  WeirProcess weir(
      config_of({one.address(), two.address()}, {"max_fails: 0", "retry: {replay_body: 1k}"}));
  RawClient client(weir.address());
  CHECK(client.ask(post(std::string(10'000, 'b'), "PUT")).status() == 502);
  CHECK(one.requests().size() + two.requests().size() == 1);
  weir.process().wait_err_line("not retried: body over replay_body (1k) of upstream 'app'");
}

}  // namespace weir::failover
