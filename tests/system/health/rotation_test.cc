#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "system/health/setup.h"

namespace weir::health {

namespace {

// Milliseconds until `holds`.
template <class Holds>
std::int64_t time_until(const char* what, Holds holds) {
  auto begin = Clock::now();
  support::wait_until(what, holds);
  return std::chrono::duration_cast<Milliseconds>(Clock::now() - begin).count();
}

}  // namespace

TEST_CASE("a backend that is killed goes out, and is back within a second of its return") {
  auto mortal = std::make_unique<BackendProcess>("mortal");
  BackendProcess second("second");
  BackendProcess third("third");
  std::string address = mortal->address();
  WeirProcess weir(config_of({address, second.address(), third.address()},
                             "path: /healthz, interval: 450ms, timeout: 300ms, rise: 2, fall: 2",
                             {"fail_timeout: 10m"}));
  std::string up = of_endpoint("weir_upstream_endpoint_up", address);
  std::string answers = of_endpoint("weir_upstream_requests_total", address);
  Load load(weir.address(), 4);
  std::int64_t fastest = support::kPatience.count();
  for (int round = 0; round < 3; ++round) {
    CAPTURE(round);
    double before = weir.metric(answers);
    support::wait_until("answers of the living", [&] { return weir.metric(answers) > before; });
    mortal->process().kill();
    time_until("the killed one is out", [&] { return weir.metric(up) == 0; });
    weir.process().wait_err_line("[warn] upstream 'app': " + address +
                                 " is down: refused (2 probes failed in a row)");
    mortal = std::make_unique<BackendProcess>("mortal", std::vector<std::string>{address});
    before = weir.metric(answers);
    // In rotation, though its requests had put it aside for ten minutes.
    std::int64_t back =
        time_until("answers of the revived", [&] { return weir.metric(answers) > before; });
    fastest = std::min(fastest, back);
    weir.process().wait_err_line("[info] upstream 'app': " + address + " is up again after ");
  }
  load.join();
  MESSAGE("back after " << fastest << " ms");
  CHECK(fastest < 1'000);
  CHECK(load.problems() == "");
  CHECK(load.well() > 100);
}

TEST_CASE("a backend whose /healthz fails gets no requests, though it would answer them") {
  BackendProcess one("one");
  BackendProcess two("two");
  WeirProcess weir(config_of({one.address(), two.address()},
                             "path: /healthz, interval: 50ms, rise: 1, fall: 1"));
  fail_health(one.address(), true);
  weir.process().wait_err_line(one.address() + " is down: status 503 (1 probe failed)");
  for (int i = 0; i < 10; ++i) CHECK(instance(weir) == "two");
  fail_health(one.address(), false);
  weir.process().wait_err_line(one.address() + " is up again after ");
  bool answered = false;
  for (int i = 0; i < 10; ++i) answered = answered || instance(weir) == "one";
  CHECK(answered);
}

TEST_CASE("good probes bring back what a few lost requests have put aside") {
  // Resets its first request, and serves ever after.
  FakeOrigin shy([](Connection& connection) {
    while (connection.another()) {
      Message request = connection.request();
      bool is_probe = request.fields.value("User-Agent") == "weir-health";
      static bool failed = false;
      if (!is_probe && !std::exchange(failed, true)) return connection.reset();
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-Instance: shy\r\n\r\nshy");
    }
  });
  BackendProcess other("other");
  WeirProcess weir(config_of({shy.address(), other.address()}, "interval: 100ms",
                             {"max_fails: 1", "fail_timeout: 10m"}));
  std::string ejected = of_endpoint("weir_upstream_endpoint_ejected", shy.address());
  for (int i = 0; i < 4; ++i) CHECK(RawClient(weir.address()).get("/users/7").status() == 200);
  CHECK(weir.metric("weir_upstream_failures_total{reason=\"reset\"}") == 1);
  weir.wait_metric(ejected, 0);
  bool answered = false;
  for (int i = 0; i < 10; ++i) answered = answered || instance(weir) == "shy";
  CHECK(answered);
}

TEST_CASE("with all down the answer is 503 with Retry-After at once; in panic all are asked") {
  BackendProcess one("one");
  BackendProcess two("two");
  std::string check = "path: /healthz, interval: 50ms, rise: 1, fall: 1";
  WeirProcess weir(config_of({one.address(), two.address()}, check));
  WeirProcess panics(config_of({one.address(), two.address()}, check, {"when_down: panic"}));
  for (BackendProcess* backend : {&one, &two}) fail_health(backend->address(), true);
  weir.wait_metric("weir_upstream_endpoint_up", 0);
  panics.wait_metric("weir_upstream_endpoint_up", 0);
  Message answer = RawClient(weir.address()).get("/users/7");
  CHECK(answer.status() == 503);
  CHECK(answer.fields.value("Retry-After") != "");
  std::string first = instance(panics);
  CHECK(first != "");
  CHECK(instance(panics) != first);
  fail_health(one.address(), false);
  panics.wait_metric("weir_upstream_endpoint_up", 1);
  for (int i = 0; i < 6; ++i) CHECK(instance(panics) == "one");
}

}  // namespace weir::health
