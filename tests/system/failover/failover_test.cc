#include <doctest/doctest.h>

#include "system/failover/setup.h"

namespace weir::failover {

namespace {

// Asks `weir` as often as it takes both endpoints to have their turn; every answer must be the good
// one's.
void check_all_answered(WeirProcess& weir, const std::string& body, int requests = 10) {
  RawClient client(weir.address());
  for (int i = 0; i < requests; ++i) {
    Message answer = client.get("/a");
    CHECK(answer.status() == 200);
    CHECK(answer.body == body);
  }
}

double failures(WeirProcess& weir, const std::string& reason) {
  return weir.metric("weir_upstream_failures_total{reason=\"" + reason + "\"}");
}

double retries(WeirProcess& weir, const std::string& reason) {
  return weir.metric("weir_upstream_retries_total{reason=\"" + reason + "\"}");
}

}  // namespace

TEST_CASE("a request whose endpoint refuses the connection goes to another") {
  RefusingPort refusing;
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({refusing.address(), good.address()}, {"max_fails: 0"}));
  check_all_answered(weir, "good");
  CHECK(failures(weir, "connect") == 5);
  CHECK(retries(weir, "connect") == 5);
  CHECK(good.requests().size() == 10);
}

TEST_CASE("a request whose endpoint resets the connection goes to another") {
  FakeOrigin bad(resetting());
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({bad.address(), good.address()}, {"max_fails: 0"}));
  check_all_answered(weir, "good");
  CHECK(failures(weir, "reset") == 5);
  CHECK(retries(weir, "reset") == 5);
  CHECK(bad.requests().size() == 5);
  CHECK(good.requests().size() == 10);
}

TEST_CASE("a request whose endpoint closes without an answer goes to another") {
  FakeOrigin bad([](Connection& connection) { connection.request(); });
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({bad.address(), good.address()}, {"max_fails: 0"}));
  check_all_answered(weir, "good");
  CHECK(failures(weir, "reset") == 5);
}

TEST_CASE("a request whose endpoint breaks off inside of a head goes to another") {
  FakeOrigin bad([](Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Le");
  });
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({bad.address(), good.address()}, {"max_fails: 0"}));
  check_all_answered(weir, "good");
  CHECK(failures(weir, "reset") == 5);
}

TEST_CASE("a request whose endpoint cannot be connected to in time goes to another") {
  SilentPort silent;
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({silent.address(), good.address()},
                             {"max_fails: 0", "timeouts: {connect: 250ms}"}));
  check_all_answered(weir, "good", 4);
  CHECK(failures(weir, "connect_timeout") == 2);
  CHECK(retries(weir, "connect_timeout") == 2);
}

TEST_CASE("a request whose endpoint does not answer in time goes to another") {
  FakeOrigin bad(FakeOrigin::hanging());
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({bad.address(), good.address()},
                             {"max_fails: 0", "timeouts: {first_byte: 250ms}"}));
  check_all_answered(weir, "good", 4);
  CHECK(failures(weir, "timeout") == 2);
  CHECK(retries(weir, "timeout") == 2);
}

TEST_CASE("a malformed answer goes to another only where retry.on says so") {
  FakeOrigin bad(FakeOrigin::answering("HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n"));
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess with(
      config_of({bad.address(), good.address()}, {"max_fails: 0", "retry: {on: [malformed]}"}));
  check_all_answered(with, "good");
  CHECK(failures(with, "malformed") == 5);

  WeirProcess without(config_of({bad.address(), good.address()}, {"max_fails: 0"}));
  RawClient client(without.address());
  CHECK(client.get("/a").status() == 502);
  CHECK(retries(without, "malformed") == 0);
}

TEST_CASE("a request whose try is late goes to another") {
  FakeOrigin bad(FakeOrigin::hanging());
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({bad.address(), good.address()},
                             {"max_fails: 0", "retry: {per_try_timeout: 250ms}"}));
  check_all_answered(weir, "good", 4);
  CHECK(failures(weir, "timeout") == 2);
  CHECK(retries(weir, "timeout") == 2);
  CHECK(weir.metric("weir_timeouts_total{phase=\"upstream_try\"}") == 2);
}

TEST_CASE("a listed status goes to another") {
  for (int status : {429, 500, 503, 599}) {
    std::string code = std::to_string(status);
    FakeOrigin bad(
        FakeOrigin::answering("HTTP/1.1 " + code + " No\r\nContent-Length: 3\r\n\r\nbad"));
    FakeOrigin good(FakeOrigin::answering(answer_of("good")));
    WeirProcess weir(config_of({bad.address(), good.address()},
                               {"max_fails: 0", "retry: {on: [connect, " + code + "]}"}));
    check_all_answered(weir, "good");
    CHECK(retries(weir, "status") == 5);
  }
}

TEST_CASE("a status that is not listed is the client's to see") {
  FakeOrigin bad(FakeOrigin::answering("HTTP/1.1 500 No\r\nContent-Length: 3\r\n\r\nbad"));
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(
      config_of({bad.address(), good.address()}, {"max_fails: 1", "retry: {on: [503]}"}));
  RawClient client(weir.address());
  int bad_ones = 0;
  for (int i = 0; i < 10; ++i) bad_ones += client.get("/a").status() == 500 ? 1 : 0;
  CHECK(bad_ones == 5);
  CHECK(retries(weir, "status") == 0);
  CHECK(failures(weir, "status") == 0);
}

TEST_CASE("a listed status is passed on when all endpoints answer with it") {
  std::string busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 3\r\n\r\nbad";
  FakeOrigin one(FakeOrigin::answering(busy));
  FakeOrigin two(FakeOrigin::answering(busy));
  WeirProcess weir(config_of({one.address(), two.address()}, {"retry: {on: [503]}"}));
  RawClient client(weir.address());
  Message answer = client.get("/a");
  CHECK(answer.status() == 503);
  CHECK(answer.body == "bad");
  CHECK(one.requests().size() + two.requests().size() == 2);
}

TEST_CASE("an answer that began and breaks off is cut and not asked for again") {
  FakeOrigin bad([](Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    connection.reset();
  });
  WeirProcess weir(config_of({bad.address()}));
  RawClient client(weir.address());
  Message answer = client.get("/a");
  CHECK(answer.status() == 200);
  CHECK_FALSE(answer.complete);
  CHECK(bad.requests().size() == 1);
  weir.wait_metric("weir_upstream_failures_total{reason=\"cut\"}", 1);
  CHECK(retries(weir, "cut") == 0);
}

TEST_CASE("refused connections are bounded by the endpoints and not by attempts") {
  RefusingPort one;
  RefusingPort two;
  RefusingPort three;
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(
      config_of({one.address(), two.address(), three.address(), good.address()},
                {"max_fails: 0", "retry: {attempts: 2, backoff: 1ms, min_per_second: 1000}"}));
  check_all_answered(weir, "good", 8);
}

}  // namespace weir::failover
