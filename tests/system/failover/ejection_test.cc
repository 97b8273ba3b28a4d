#include <doctest/doctest.h>

#include <atomic>

#include "system/failover/setup.h"

namespace weir::failover {

namespace {

// An origin that resets every request until it is well, and answers from then on.
class Patient {
 public:
  void recover() { well_ = true; }
  FakeOrigin origin{[this](Connection& connection) {
    while (connection.another()) {
      connection.request();
      if (!well_) return connection.reset();
      connection.send(answer_of("well"));
    }
  }};

 private:
  std::atomic<bool> well_{false};
};

std::string ejected(const std::string& address) {
  return of_endpoint("weir_upstream_endpoint_ejected", address);
}

}  // namespace

TEST_CASE("max_fails failures put an endpoint aside for fail_timeout") {
  Patient bad;
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(
      config_of({bad.origin.address(), good.address()}, {"max_fails: 2", "fail_timeout: 1h"}));
  RawClient client(weir.address());
  CHECK(client.get("/a").status() == 200);
  CHECK(client.get("/a").status() == 200);
  CHECK(bad.origin.requests().size() == 1);
  CHECK(weir.metric(ejected(bad.origin.address())) == 0);
  for (int i = 0; i < 50; ++i) CHECK(client.get("/a").status() == 200);
  CHECK(bad.origin.requests().size() == 2);
  CHECK(weir.metric(ejected(bad.origin.address())) == 1);
  CHECK(weir.metric(ejected(good.address())) == 0);
  CHECK(weir.metric("weir_upstream_failures_total") == 2);
}

TEST_CASE("an endpoint that was put aside comes back after fail_timeout") {
  Patient bad;
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(
      config_of({bad.origin.address(), good.address()}, {"max_fails: 1", "fail_timeout: 300ms"}));
  RawClient client(weir.address());
  CHECK(client.get("/a").status() == 200);
  CHECK(client.get("/a").status() == 200);
  CHECK(weir.metric("weir_upstream_failures_total") >= 1);

  bad.recover();
  support::wait_until("its answer", [&] { return client.get("/a").body == "well"; });
  CHECK(weir.metric(ejected(bad.origin.address())) == 0);
  // From then on it has its share again.
  std::size_t before = bad.origin.requests().size();
  for (int i = 0; i < 20; ++i) CHECK(client.get("/a").status() == 200);
  CHECK(bad.origin.requests().size() - before == 10);
}

TEST_CASE("an endpoint that still fails after fail_timeout is put aside again, unseen by clients") {
  Patient bad;
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(
      config_of({bad.origin.address(), good.address()}, {"max_fails: 1", "fail_timeout: 50ms"}));
  RawClient client(weir.address());
  int failed = 0;
  support::wait_until("five tries", [&] {
    failed += client.get("/a").status() == 200 ? 0 : 1;
    return bad.origin.requests().size() >= 5;
  });
  CHECK(failed == 0);
}

TEST_CASE("a lone endpoint is never put aside") {
  Patient bad;
  WeirProcess weir(config_of({bad.origin.address()}, {"max_fails: 1", "fail_timeout: 1h"}));
  RawClient client(weir.address());
  for (int i = 0; i < 10; ++i) CHECK(client.get("/a").status() == 502);
  CHECK(bad.origin.requests().size() >= 10);
  CHECK(weir.metric(ejected(bad.origin.address())) == 0);
  bad.recover();
  CHECK(client.get("/a").status() == 200);
}

TEST_CASE("the last available endpoint is never put aside") {
  Patient one;
  Patient two;
  WeirProcess weir(config_of({one.origin.address(), two.origin.address()},
                             {"max_fails: 1", "fail_timeout: 1h"}));
  RawClient client(weir.address());
  for (int i = 0; i < 20; ++i) CHECK(client.get("/a").status() == 502);
  CHECK(weir.metric("weir_upstream_endpoint_ejected") == 1);
  one.recover();
  two.recover();
  for (int i = 0; i < 10; ++i) CHECK(client.get("/a").status() == 200);
}

TEST_CASE("what counts as a failure: breaks, late and malformed answers, and listed statuses") {
  struct Case {
    FakeOrigin::Script script;
    const char* key;
    bool aside;
  };
  auto busy = FakeOrigin::answering("HTTP/1.1 503 Busy\r\nContent-Length: 3\r\n\r\nbad");
  auto missing = FakeOrigin::answering("HTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\nbad");
  const Case cases[] = {
      {resetting(), "retry: {on: []}", true},
      {FakeOrigin::hanging(), "timeouts: {first_byte: 50ms}", true},
      {FakeOrigin::hanging(), "retry: {per_try_timeout: 50ms}", true},
      {FakeOrigin::answering("HTTP/1.1 2x0 OK\r\n\r\n"), "retry: {on: []}", true},
      {busy, "retry: {on: [503]}", true},
      {busy, "retry: {on: [502]}", false},
      {missing, "retry: {on: [404]}", false},
  };
  for (const Case& one : cases) {
    CAPTURE(one.key);
    FakeOrigin bad(one.script);
    FakeOrigin good(FakeOrigin::answering(answer_of("good")));
    WeirProcess weir(
        config_of({bad.address(), good.address()}, {"max_fails: 1", "fail_timeout: 1h", one.key}));
    RawClient client(weir.address());
    for (int i = 0; i < 4; ++i) client.get("/a");
    CHECK(bad.requests().size() == (one.aside ? 1 : 2));
    CHECK(weir.metric(ejected(bad.address())) == (one.aside ? 1 : 0));
  }
}

TEST_CASE("the Retry-After of a listed 503 puts an endpoint aside, of one not listed it does not") {
  for (bool listed : {true, false}) {
    FakeOrigin busy(FakeOrigin::answering(
        "HTTP/1.1 503 Busy\r\nRetry-After: 3600\r\nContent-Length: 3\r\n\r\nbad"));
    FakeOrigin good(FakeOrigin::answering(answer_of("good")));
    WeirProcess weir(config_of({busy.address(), good.address()},
                               {"max_fails: 0", "fail_timeout: 1h",
                                listed ? "retry: {on: [503]}" : "retry: {on: [connect]}"}));
    RawClient client(weir.address());
    for (int i = 0; i < 10; ++i) client.get("/a");
    CHECK(busy.requests().size() == (listed ? 1 : 5));
    CHECK(weir.metric(ejected(busy.address())) == (listed ? 1 : 0));
    CHECK(weir.metric(ejected(good.address())) == 0);
  }
}

TEST_CASE("an endpoint that asked to be left alone is back after that, fail_timeout at most") {
  std::atomic<bool> first{true};
  FakeOrigin busy([&first](Connection& connection) {
    while (connection.another()) {
      connection.request();
      std::string head = "HTTP/1.1 503 Busy\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n";
      connection.send(first.exchange(false) ? head : answer_of("back"));
    }
  });
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(
      config_of({busy.address(), good.address()}, {"fail_timeout: 300ms", "retry: {on: [503]}"}));
  RawClient client(weir.address());
  for (int i = 0; i < 2; ++i) CHECK(client.get("/a").body == "good");
  support::wait_until("its answer", [&] { return client.get("/a").body == "back"; });
}

TEST_CASE("max_fails of 0 never puts an endpoint aside") {
  Patient bad;
  FakeOrigin good(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({bad.origin.address(), good.address()}, {"max_fails: 0"}));
  RawClient client(weir.address());
  for (int i = 0; i < 20; ++i) CHECK(client.get("/a").status() == 200);
  CHECK(bad.origin.requests().size() == 10);
  CHECK(weir.metric("weir_upstream_endpoint_ejected") == 0);
}

}  // namespace weir::failover
