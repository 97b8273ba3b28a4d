#include "admin/status.h"

#include <doctest/doctest.h>

#include "unit/observe/counted.h"
#include "unit/observe/probed.h"

namespace weir::admin {
namespace {

constexpr base::Stamp kSecond = 1'000'000'000;

Status status_of(const observe::Counted& counted, const State& state = {}) {
  return admin::status_of(counted.source, state, counted.source.start_time + 5);
}

EndpointStatus first_of(const observe::Counted& counted) {
  return status_of(counted).upstreams.at(0).endpoints.at(0);
}

}  // namespace

TEST_CASE("the process is starting, ready, draining") {
  observe::Counted counted;
  State state;
  CHECK(status_of(counted, state).state == "starting");
  state.ready = true;
  CHECK(status_of(counted, state).state == "ready");
  state.draining = true;
  CHECK(status_of(counted, state).state == "draining");
  CHECK(status_of(counted).uptime_s() == doctest::Approx(5));
  CHECK(admin::status_of(counted.source, state, 0).uptime_s() == 0);
}

TEST_CASE("reloads count up the configuration's generation") {
  observe::Counted counted;
  CHECK(status_of(counted).generation == 1);
  counted.source.reloads.well.add();
  counted.source.reloads.failed.add(3);
  CHECK(status_of(counted).generation == 2);
  CHECK(status_of(counted).reloads_failed == 3);
}

TEST_CASE("connections are told by listener, over all workers, and by worker") {
  observe::Counted counted;
  counted.one.listener.open.add(5);
  counted.one.listener.active.add(2);
  counted.two.listener.open.add(1);
  counted.two.listener.accepted.add(9);
  auto status = status_of(counted);
  REQUIRE(status.listeners.size() == 1);
  CHECK(status.listeners[0].address == ":8080");
  CHECK(status.listeners[0].connections.active == 2);
  CHECK(status.listeners[0].connections.idle == 4);
  CHECK(status.listeners[0].accepted == 9);
  REQUIRE(status.workers.size() == 2);
  CHECK(status.workers[0].connections.idle == 3);
  CHECK(status.workers[1].connections.idle == 1);
}

TEST_CASE("a worker tells its CPU time and its mean lag, where they are known") {
  observe::Counted counted;
  base::Histogram lag;
  observe::ThreadClock clock;
  counted.source.workers[0].loop_lag = &lag;
  counted.source.workers[0].cpu_clock = &clock;
  auto worker = status_of(counted).workers[0];
  CHECK_FALSE(worker.cpu_s.has_value());
  CHECK_FALSE(worker.lag_mean_s.has_value());
  clock.set_to_this_thread();
  lag.observe(kSecond);
  lag.observe(3 * kSecond);
  worker = status_of(counted).workers[0];
  CHECK(worker.cpu_s.value() >= 0);
  CHECK(worker.lag_mean_s.value() == doctest::Approx(2));
  CHECK_FALSE(status_of(counted).workers[1].lag_mean_s.has_value());
}

TEST_CASE("an endpoint's counts are summed over the workers") {
  observe::Counted counted;
  counted.one.endpoints[0].in_flight.add(2);
  counted.two.endpoints[0].in_flight.add(1);
  counted.one.endpoints[0].connections_active.add(2);
  counted.two.endpoints[0].connections_idle.add(6);
  counted.one.endpoints[0].answers.add(3);
  counted.two.endpoints[0].answers.add(1);
  counted.one.endpoints[0].duration_ns.add(2 * kSecond);
  counted.one.endpoints[0].codes.add(200);
  counted.one.endpoints[0].codes.add(503);
  counted.two.endpoints[0].codes.add(500);
  auto endpoint = first_of(counted);
  CHECK(endpoint.address == "10.0.0.1:80");
  CHECK(endpoint.state == EndpointState::kUp);
  CHECK(endpoint.in_flight == 3);
  CHECK(endpoint.connections.active == 2);
  CHECK(endpoint.connections.idle == 6);
  CHECK(endpoint.answers == 4);
  CHECK(endpoint.errors == 2);
  CHECK(endpoint.mean_s.value() == doctest::Approx(0.5));
  auto second = status_of(counted).upstreams[0].endpoints[1];
  CHECK(second.weight == 5);
  CHECK(second.answers == 0);
  CHECK_FALSE(second.mean_s.has_value());
}

TEST_CASE("an endpoint that is down says why: by its probes, since when, or configured") {
  observe::Counted counted;
  CHECK(first_of(counted).reason.empty());
  CHECK_FALSE(first_of(counted).for_s.has_value());
  observe::Probed probed(counted);
  probed.refuse_first();
  auto endpoint = first_of(counted);
  CHECK(endpoint.state == EndpointState::kDown);
  CHECK(endpoint.reason == "refused");
  CHECK(endpoint.for_s.has_value());
  auto second = status_of(counted).upstreams[0].endpoints[1];
  CHECK(second.state == EndpointState::kDown);
  CHECK(second.reason == "configured down");
}

TEST_CASE("an endpoint that is put aside says for which failure, and since when") {
  observe::Counted counted;
  counted.first.endpoint->note_failure(upstream::FailureKind::kReset, kSecond);
  CHECK(first_of(counted).state == EndpointState::kUp);
  CHECK(first_of(counted).last_failure == "reset");
  counted.put_aside_first();
  counted.source.clock = [] { return 4 * kSecond; };
  auto endpoint = first_of(counted);
  CHECK(endpoint.state == EndpointState::kEjected);
  CHECK(endpoint.reason == "reset");
  CHECK(endpoint.for_s.value() == doctest::Approx(3));
  CHECK(endpoint.last_ago_s.value() == doctest::Approx(3));
}

TEST_CASE("an endpoint that asked to be left alone is said to have") {
  observe::Counted counted;
  counted.first.endpoint->put_aside(kSecond, 9 * kSecond);
  CHECK(first_of(counted).state == EndpointState::kEjected);
  CHECK(first_of(counted).reason == "asked by Retry-After");
}

TEST_CASE("what waits for a place is told of its upstream, over all workers") {
  observe::Counted counted;
  counted.one.pool.queue_length.add(2);
  counted.two.pool.queue_length.add(1);
  CHECK(status_of(counted).upstreams.at(0).queued == 3);
}

TEST_CASE("an upstream whose names have no address is there without endpoints") {
  observe::Counted counted;
  upstream::PoolStats stats;
  for (auto& worker : counted.source.workers) worker.pools.push_back({"unknown", &stats});
  auto status = status_of(counted);
  REQUIRE(status.upstreams.size() == 2);
  CHECK(status.upstreams[0].endpoints.size() == 2);
  CHECK(status.upstreams[1].name == "unknown");
  CHECK(status.upstreams[1].endpoints.empty());
}

}  // namespace weir::admin
