#include <doctest/doctest.h>

#include <string>

#include "system/metrics/setup.h"

namespace weir::metrics {

namespace {

std::string two_workers(const std::string& backend) {
  return "listen: \"127.0.0.1:0\"\nworkers: 2\nupstreams: {app: [\"" + backend + "\"]}\n";
}

std::string of_worker(const std::string& name, int number) {
  return name + "{worker=\"" + std::to_string(number) + "\"}";
}

}  // namespace

TEST_CASE("each worker tells how late its loop is, once a second") {
  BackendProcess backend;
  WeirProcess weir(two_workers(backend.address()));
  for (int worker : {0, 1}) {
    CAPTURE(worker);
    std::string count = of_worker("weir_worker_loop_lag_seconds_count", worker);
    double first = weir.metric(count);
    support::wait_until("two measurements", [&] { return weir.metric(count) >= first + 2; });
    // An idle loop is late by less than a second each time.
    CHECK(weir.metric(of_worker("weir_worker_loop_lag_seconds_sum", worker)) < weir.metric(count));
    CHECK(weir.metric(of_worker("weir_worker_loop_lag_seconds_sum", worker)) > 0);
  }
}

TEST_CASE("each worker tells the CPU time of its thread: it grows with what it serves") {
  BackendProcess backend;
  WeirProcess weir(two_workers(backend.address()));
  for (int worker : {0, 1}) {
    CAPTURE(worker);
    std::string cpu = of_worker("weir_worker_cpu_seconds_total", worker);
    double before = weir.metric(cpu);
    // The kernel chooses the worker by the connection.
    support::wait_until("CPU time of the worker", [&] {
      RawClient(weir.address()).get("/bytes/100000");
      return weir.metric(cpu) > before;
    });
  }
  // It is part of the process's.
  double workers = weir.metric("weir_worker_cpu_seconds_total");
  CHECK(workers <= weir.metric("process_cpu_seconds_total") + 0.02);
}

}  // namespace weir::metrics
