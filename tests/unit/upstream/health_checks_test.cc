#include "upstream/health_checks.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "unit/upstream/checked_world.h"

namespace weir::upstream {

namespace {

using Strings = std::vector<std::string>;
using Milliseconds = base::Duration;

// The wheel's lateness, rounded up.
constexpr std::int64_t kTick = 9;

std::vector<std::int64_t> pauses_of(const std::vector<std::int64_t>& times) {
  std::vector<std::int64_t> pauses(times.size());
  std::adjacent_difference(times.begin(), times.end(), pauses.begin());
  pauses.erase(pauses.begin());
  return pauses;
}

std::vector<std::uint16_t> ports(std::uint16_t count) {
  std::vector<std::uint16_t> all(count);
  std::iota(all.begin(), all.end(), std::uint16_t{9001});
  return all;
}

}  // namespace

TEST_CASE("all first probes are sent at once, and one good one is enough") {
  CheckedWorld world;
  world.apply({9001, 9002, 9003});
  CHECK(world.heard == Strings{"9001 up", "9002 up", "9003 up", "all checked"});
  CHECK(world.began(9003) == std::vector<std::int64_t>{0});
  CHECK(world.health(9001) == Health::kUp);
  CHECK(world.checks.open() == 0);
}

TEST_CASE("until its first probe has ended an endpoint is unchecked; a first failed one is down") {
  CheckedWorld world;
  world.hang(9001);
  world.refuse(9002);
  world.apply({9001, 9002});
  CHECK(world.health(9001) == Health::kUnchecked);
  CHECK(world.health(9002) == Health::kDown);
  CHECK(world.heard == Strings{"9002 down refused 1"});
  CHECK(world.checks.unchecked() == 1);
  world.run(Milliseconds{1'008});
  CHECK(world.health(9001) == Health::kDown);
  CHECK(world.heard == Strings{"9002 down refused 1", "9001 down timeout 1", "all checked"});
}

TEST_CASE("with initial: up traffic may come before any probe, and falls need their number") {
  CheckedWorld world;
  world.options.health_check->initial = InitialHealth::kUp;
  world.options.health_check->jitter_percent = 0;
  world.refuse(9001);
  world.apply({9001});
  CHECK(world.checks.unchecked() == 0);
  CHECK(world.health(9001) == Health::kUp);
  world.run(Milliseconds{6'000 + kTick});
  CHECK(world.heard == Strings{"9001 down refused 3"});
}

TEST_CASE("fall takes an endpoint down and rise brings it back, and each is told once") {
  CheckedWorld world;
  world.apply({9001});
  world.answer(9001, "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n");
  world.run(Milliseconds{20'000});
  CHECK(world.heard == Strings{"9001 up", "all checked", "9001 down status 500 3"});
  CHECK(world.health(9001) == Health::kDown);
  CHECK(world.record(9001).reason() == "status 500");
  std::uint64_t failed = world.record(9001).failed();
  CHECK(failed >= 9);
  world.answer(9001, CheckedWorld::kOk);
  world.run(Milliseconds{20'000});
  CHECK(world.heard.back() == "9001 up");
  CHECK(world.heard.size() == 4);
  CHECK(world.record(9001).reason() == "");
  CHECK(world.record(9001).failed() == failed);
  CHECK(world.record(9001).well() + failed == world.began(9001).size());
}

TEST_CASE("a pause is 80 to 100 % of the interval by its jitter, from beginning to beginning") {
  CheckedWorld world;
  world.options.health_check->interval = Milliseconds{1'000};
  world.apply({9001});
  world.run(Milliseconds{300'000});
  auto pauses = pauses_of(world.began(9001));
  CHECK(pauses.front() <= 1'000 + kTick);  // the spread start
  pauses.erase(pauses.begin());
  REQUIRE(pauses.size() > 300);
  auto [least, most] = std::minmax_element(pauses.begin(), pauses.end());
  CHECK(*least >= 800);
  CHECK(*least < 830);
  CHECK(*most <= 1'000 + kTick);
  CHECK(*most > 980);
}

TEST_CASE("without jitter a pause is the interval, also where probes take their time") {
  CheckedWorld world;
  world.options.health_check->jitter_percent = 0;
  world.answer(9001, "");  // each one ends at its timeout
  world.apply({9001});
  world.run(Milliseconds{60'000});
  auto pauses = pauses_of(world.began(9001));
  REQUIRE(pauses.size() > 20);
  for (std::size_t i = 1; i < pauses.size(); ++i) {
    CHECK(pauses[i] >= 2'000);
    CHECK(pauses[i] <= 2'000 + kTick);
  }
}

TEST_CASE("a timeout longer than the interval is allowed: the next probe follows on the last") {
  CheckedWorld world;
  world.options.health_check->interval = Milliseconds{100};
  world.options.health_check->timeout = Milliseconds{1'000};
  world.answer(9001, "");
  world.apply({9001});
  world.run(Milliseconds{10'000});
  for (std::int64_t pause : pauses_of(world.began(9001))) {
    CHECK(pause >= 1'000);
    CHECK(pause <= 1'000 + 2 * kTick);
  }
}

TEST_CASE("from the second round on probes are spread over the interval, evenly") {
  CheckedWorld world;
  world.apply(ports(100));
  world.run(Milliseconds{2'000 + kTick});
  std::vector<std::int64_t> second;
  for (std::uint16_t port : ports(100)) second.push_back(world.began(port).at(1));
  std::sort(second.begin(), second.end());
  CHECK(second.front() <= 60);
  CHECK(second.back() >= 1'940);
  // No 100 ms hold more than twice their share of 5.
  for (std::int64_t from = 0; from < 2'000; from += 100) {
    auto count = std::count_if(second.begin(), second.end(),
                               [&](std::int64_t at) { return at >= from && at < from + 100; });
    CHECK(count <= 10);
  }
}

TEST_CASE("at most 256 probes are open at a time; the others follow as these end") {
  CheckedWorld world;
  for (std::uint16_t port : ports(600)) world.answer(port, "");
  world.apply(ports(600));
  CHECK(world.checks.open() == 256);
  CHECK(world.connector.open() == 256);
  CHECK(world.connector.connects() == 256);
  for (int i = 0; i < 310; ++i) {
    world.run(Milliseconds{10});
    REQUIRE(world.connector.open() <= 256);
  }
  CHECK(world.checks.unchecked() == 0);
  CHECK(world.heard.size() == 601);
  for (std::uint16_t port : ports(600)) CHECK(world.health(port) == Health::kDown);
}

TEST_CASE("an endpoint that refused is back within rise x interval and one probe") {
  for (std::int64_t revived = 5'000; revived < 5'500; revived += 10) {
    CheckedWorld world;
    world.options.health_check->interval = Milliseconds{450};
    world.refuse(9001);
    world.apply({9001});
    world.run(Milliseconds{revived});
    REQUIRE(world.health(9001) == Health::kDown);
    world.accept(9001);
    world.run(Milliseconds{2 * 450 + 2 * kTick});
    CHECK(world.health(9001) == Health::kUp);
  }
}

TEST_CASE("good probes bring back what was put aside by its requests, rise of them in a row") {
  CheckedWorld world;
  world.options.health_check->jitter_percent = 0;
  world.apply({9001, 9002});
  world.run(Milliseconds{10'000});
  Endpoint& endpoint = *world.endpoint(9001);
  world.options.fail_timeout = Milliseconds{60'000};
  for (int i = 0; i < 3; ++i) endpoint.count_failure(world.time.now(), world.options);
  REQUIRE(endpoint.ejected(world.time.now()));
  // Those before count for nothing, and a failed one between begins anew.
  world.refuse(9001);
  world.run(Milliseconds{2'000 + kTick});
  world.accept(9001);
  world.run(Milliseconds{2'000});
  CHECK(endpoint.ejected(world.time.now()));
  world.run(Milliseconds{2'000 + kTick});
  CHECK_FALSE(endpoint.ejected(world.time.now()));
  CHECK(world.health(9001) == Health::kUp);
  // Its failures are forgotten: it takes max_fails new ones.
  CHECK_FALSE(endpoint.count_failure(world.time.now(), world.options));
}

TEST_CASE("an endpoint that comes up again is put aside no longer") {
  CheckedWorld world;
  world.options.health_check->rise = 1;
  world.refuse(9001);
  world.apply({9001});
  Endpoint& endpoint = *world.endpoint(9001);
  world.options.fail_timeout = Milliseconds{60'000};
  for (int i = 0; i < 3; ++i) endpoint.count_failure(world.time.now(), world.options);
  world.accept(9001);
  world.run(Milliseconds{2'000 + kTick});
  CHECK(world.health(9001) == Health::kUp);
  CHECK_FALSE(endpoint.ejected(world.time.now()));
}

TEST_CASE(
    "each change of health is one change of the pool, and a probe that changes nothing is none") {
  CheckedWorld world;
  std::uint32_t before = world.observed->changes();
  world.apply({9001});
  CHECK(world.observed->changes() == before + 2);  // unchecked, up
  world.run(Milliseconds{20'000});
  CHECK(world.observed->changes() == before + 2);
}

TEST_CASE("health checks that are destroyed close what is under way") {
  memory::ManualTime time;
  CheckedWorld world;
  HealthChecks checks(world.time.turns(), world.time.wheel(), world.connector, world, 1);
  {
    HealthChecks gone(world.time.turns(), world.time.wheel(), world.connector, world, 1);
    auto set = base::make_shared_ref<const EndpointSet>(
        std::vector<Member>{{world.endpoint(9001)}, {world.endpoint(9002)}});
    gone.apply(world.observed, world.options, set);
    CHECK(gone.open() == 2);
  }
  CHECK(world.connector.open() == 0);
  world.run(Milliseconds{3'000});
  CHECK(world.heard.empty());
}

}  // namespace weir::upstream
