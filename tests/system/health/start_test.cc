#include <doctest/doctest.h>

#include <csignal>
#include <optional>

#include "support/product.h"
#include "support/temp_dir.h"
#include "system/health/setup.h"

namespace weir::health {

namespace {

std::int64_t milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration_cast<Milliseconds>(Clock::now() - begin).count();
}

}  // namespace

TEST_CASE("weir listens when all first probes have ended, and sends nobody to one found down") {
  BackendProcess good("good");
  BackendProcess bad("bad", {"127.0.0.1:0"}, {"--unhealthy"});
  RefusingPort refusing;
  auto begin = Clock::now();
  WeirProcess weir(config_of({good.address(), bad.address(), refusing.address()},
                             "path: /healthz, interval: 60s, timeout: 60s", {"max_fails: 0"}));
  CHECK(milliseconds_since(begin) < 30'000);
  for (int i = 0; i < 12; ++i) CHECK(instance(weir) == "good");
  CHECK(weir.metric("weir_upstream_failures_total") == 0);
  CHECK(weir.metric(of_endpoint("weir_upstream_endpoint_up", bad.address())) == 0);
  CHECK(weir.metric("weir_upstream_health_checks_total") == 3);
}

TEST_CASE("one that does not answer its first probe holds the start up for one timeout") {
  BackendProcess good("good");
  SilentPort silent;
  auto begin = Clock::now();
  WeirProcess weir(config_of({good.address(), silent.address()}, "timeout: 700ms, interval: 60s"));
  CHECK(milliseconds_since(begin) >= 700);
  for (int i = 0; i < 6; ++i) CHECK(instance(weir) == "good");
}

TEST_CASE("while weir waits for first verdicts it is not ready and nobody is let in") {
  FakeOrigin hanging(FakeOrigin::hanging());
  support::TempDir dir;
  std::string file =
      dir.write("weir.yaml", config_of({hanging.address()}, "timeout: 1h") +
                                 "workers: 1\naccess_log: off\nadmin: {listen: \"127.0.0.1:0\"}\n");
  support::Product weir("weir", {"-c", file});
  std::string line = weir.wait_err_line("weir: admin listening on ");
  hanging.wait_requests(1);
  CHECK(RawClient(line.substr(line.rfind(' ') + 1)).get("/readyz").status() == 503);
  CHECK(RawClient(line.substr(line.rfind(' ') + 1)).get("/healthz").status() == 200);
  weir.signal(SIGUSR1);
  CHECK(weir.running());
  SUBCASE("TERM ends it at once") { CHECK(weir.stop() == 0); }
  SUBCASE("QUIT ends it at once") {
    weir.signal(SIGQUIT);
    CHECK(weir.wait() == 0);
  }
  CHECK(weir.err().find("weir: listening on ") == std::string::npos);
}

TEST_CASE("with initial: up weir listens at once and sends traffic before any probe has ended") {
  FakeOrigin slow([](Connection& connection) {
    while (connection.another()) {
      Message request = connection.request();
      // Probes are never answered.
      if (request.fields.value("User-Agent") == "weir-health") continue;
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
  });
  WeirProcess weir(config_of({slow.address()}, "timeout: 1h, initial: up"));
  CHECK(RawClient(weir.address()).get("/").status() == 200);
}

TEST_CASE("a reload keeps what probes have found, and probes what is new first") {
  BackendProcess good("good");
  BackendProcess bad("bad", {"127.0.0.1:0"}, {"--unhealthy"});
  BackendProcess fresh("fresh", {"127.0.0.1:0"}, {"--unhealthy"});
  std::string check = "path: /healthz, interval: 60s";
  WeirProcess weir(config_of({good.address(), bad.address()}, check));
  weir.reload(config_of({bad.address(), fresh.address(), good.address()}, check));
  weir.process();
  support::wait_until("the new one is probed", [&] {
    return weir.metric(of_endpoint("weir_upstream_endpoint_up", fresh.address())) == 0;
  });
  for (int i = 0; i < 12; ++i) CHECK(instance(weir) == "good");
  CHECK(weir.metric(probes_of(bad.address(), "failed")) <= 2);  // the spread start may have come
  // Without health checks all are up again, and nobody is probed.
  weir.reload(config_of({bad.address()}, ""));
  CHECK(instance(weir) == "bad");
  CHECK(weir.metric("weir_upstream_health_checks_total") == 0);
}

TEST_CASE("health checks that come by a reload take nobody out before their verdict") {
  BackendProcess good("good");
  BackendProcess bad("bad", {"127.0.0.1:0"}, {"--unhealthy"});
  WeirProcess weir(config_of({good.address(), bad.address()}, ""));
  Load load(weir.address(), 2);
  weir.reload(config_of({good.address(), bad.address()}, "path: /healthz, interval: 50ms"));
  weir.wait_metric(of_endpoint("weir_upstream_endpoint_up", bad.address()), 0);
  for (int i = 0; i < 6; ++i) CHECK(instance(weir) == "good");
  load.join();
  CHECK(load.problems() == "");
}

}  // namespace weir::health
