#include "upstream/connections.h"

#include <doctest/doctest.h>

#include "unit/upstream/world.h"

namespace weir::upstream {

namespace {

constexpr base::Bytes kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// The gauges of the endpoint: leases, active, idle.
struct Gauges {
  std::uint64_t in_flight, active, idle;
  bool operator==(const Gauges&) const = default;
};
Gauges gauges(World& world) {
  auto& stats = world.stats(0);
  return {stats.in_flight.get(), stats.connections_active.get(), stats.connections_idle.get()};
}

// A lease on an idle connection of the slot, at once dropped again: whether there was one.
bool has_idle(World& world) {
  Lease lease;
  world.time.in_turn([&] { lease = world.connections.try_acquire(world.slot(0)); });
  return static_cast<bool>(lease);
}

// Makes `count` connections idle, one used after the other. The connector's peers 0.. are their
// far ends.
void make_idle(World& world, std::size_t count) {
  std::vector<std::unique_ptr<Exchange>> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(std::make_unique<Exchange>(world));
    all.back()->give_back_at_end = true;
    all.back()->start(world.slot(0));
  }
  world.network.run();
  for (std::size_t i = 0; i < count; ++i) {
    all[i]->send("GET / HTTP/1.1\r\n\r\n");
    world.connector.peer(i).send(kOk);
    world.network.run();
  }
}

}  // namespace

TEST_CASE("a connection given back is used again") {
  World world;
  auto& peer = first_exchange(world, world.slot(0));
  CHECK(gauges(world) == Gauges{0, 0, 1});
  Exchange second(world);
  second.start(world.slot(0));
  CHECK(second.lease->reused());
  CHECK(second.lease->connected());
  CHECK(gauges(world) == Gauges{1, 1, 0});
  second.send("GET /2 HTTP/1.1\r\n\r\n");
  CHECK(second.lease->sent() == 19);
  world.network.run();
  CHECK(peer.received() == "GET / HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
  CHECK(world.connector.connects() == 1);
}

TEST_CASE("a lease knows for how long its connection was idle") {
  World world;
  auto& peer = first_exchange(world, world.slot(0));
  for (std::int64_t ms : {2500, 0, 40}) {
    world.time.advance(base::Duration{ms});
    Exchange next(world);
    next.give_back_at_end = true;
    next.start(world.slot(0));
    CHECK(next.lease->rested() == ms * 1'000'000);
    next.send("GET / HTTP/1.1\r\n\r\n");
    // What the exchange takes is none of it.
    world.time.advance(base::Duration{7000});
    CHECK(next.lease->rested() == ms * 1'000'000);
    peer.send(kOk);
    world.network.run();
  }
  Exchange busy(world);
  busy.start(world.slot(0));
  Exchange fresh(world);
  fresh.start(world.slot(0));
  CHECK_FALSE(fresh.lease->reused());
  CHECK(fresh.lease->rested() == 0);
}

TEST_CASE("the connection used last is used first") {
  World world;
  make_idle(world, 3);
  REQUIRE(gauges(world) == Gauges{0, 0, 3});
  Exchange next(world);
  next.start(world.slot(0));
  next.send("x");
  world.network.run();
  CHECK(world.connector.peer(2).received().back() == 'x');
}

TEST_CASE("above keepalive.idle the longest idle one is closed") {
  World world;
  world.pool_options.keepalive.idle = 2;
  make_idle(world, 3);
  CHECK(gauges(world) == Gauges{0, 0, 2});
  CHECK(world.pool->stats().idle_full.get() == 1);
  CHECK(world.connector.peer(0).closed());
  CHECK_FALSE(world.connector.peer(1).closed());
  CHECK_FALSE(world.connector.peer(2).closed());
}

TEST_CASE("where keepalive.idle was lowered the next one that comes back keeps to it") {
  World world;
  make_idle(world, 4);
  world.pool_options.keepalive.idle = 2;
  world.pool->configure(world.pool_options, world.time.now());
  CHECK(gauges(world) == Gauges{0, 0, 4});
  exchange(world, world.slot(0), world.connector.peer(3));
  CHECK(gauges(world) == Gauges{0, 0, 2});
  CHECK_FALSE(world.connector.peer(3).closed());
}

TEST_CASE("keepalive.idle 0 keeps none") {
  World world;
  world.pool_options.keepalive.idle = 0;
  auto& peer = first_exchange(world, world.slot(0));
  CHECK(peer.closed());
  CHECK(gauges(world) == Gauges{0, 0, 0});
}

TEST_CASE("above keepalive.idle_total the longest idle one of all endpoints is closed") {
  World world({EndpointOptions{}, EndpointOptions{}});
  world.pool_options.keepalive.idle_total = 2;
  first_exchange(world, world.slot(0));
  first_exchange(world, world.slot(1));
  exchange(world, world.slot(0), world.connector.peer(0));  // now that of slot 1 is the oldest
  REQUIRE(world.connections.idle_total() == 2);
  Exchange busy(world);
  busy.start(world.slot(0));
  first_exchange(world, world.slot(0));
  first_exchange(world, world.slot(0));
  CHECK(world.connections.idle_total() == 2);
  CHECK(world.pool->stats().idle_total_full.get() == 1);
  CHECK(world.connector.peer(1).closed());
  CHECK(world.stats(1).connections_idle.get() == 0);
  CHECK(world.stats(0).connections_idle.get() == 2);
}

TEST_CASE("an idle connection is closed after idle_timeout, not before") {
  World world;
  auto& peer = first_exchange(world, world.slot(0));
  world.time.advance(base::Duration{59'999});
  CHECK_FALSE(peer.closed());
  world.time.advance(base::Duration{1 + 8});
  CHECK(peer.closed());
  CHECK(gauges(world) == Gauges{0, 0, 0});
}

TEST_CASE("an idle connection past its time is not handed out, though the wheel is a tick late") {
  World world;
  world.pool_options.keepalive.idle_timeout = base::Duration{10};
  first_exchange(world, world.slot(0));
  base::Stamp made_idle = world.time.now();
  world.time.advance_to(made_idle + 10'000'000);
  CHECK_FALSE(has_idle(world));
  CHECK(gauges(world) == Gauges{0, 0, 0});
}

TEST_CASE("use sets the idle time anew") {
  World world;
  auto& peer = first_exchange(world, world.slot(0));
  world.time.advance(base::Duration{50'000});
  exchange(world, world.slot(0), peer);
  world.time.advance(base::Duration{50'000});
  CHECK_FALSE(peer.closed());
  world.time.advance(base::Duration{10'008});
  CHECK(peer.closed());
}

TEST_CASE("a connection in use is not closed by the time it would have had idle") {
  World world;
  auto& peer = first_exchange(world, world.slot(0));
  Exchange second(world);
  second.start(world.slot(0));
  world.time.advance(base::Duration{1'000'000});
  CHECK_FALSE(peer.closed());
  CHECK(gauges(world) == Gauges{1, 1, 0});
}

TEST_CASE("idle_timeout 0 and max_age 0 set no bound") {
  World world;
  world.pool_options.keepalive.idle_timeout = base::Duration{0};
  world.pool_options.keepalive.max_age = base::Duration{0};
  auto& peer = first_exchange(world, world.slot(0));
  world.time.advance(base::Duration{86'400'000});
  CHECK_FALSE(peer.closed());
  CHECK(has_idle(world));
}

TEST_CASE("a connection older than max_age is not used again") {
  World world;
  auto& peer = first_exchange(world, world.slot(0));
  for (int i = 0; i < 11; ++i) {
    world.time.advance(base::Duration{50'000});
    exchange(world, world.slot(0), peer);
  }
  REQUIRE_FALSE(peer.closed());
  SUBCASE("it is closed at its age while idle") {
    world.time.advance(base::Duration{50'008});
    CHECK(peer.closed());
  }
  SUBCASE("it is closed when given back past its age") {
    Exchange last(world);
    last.give_back_at_end = true;
    last.start(world.slot(0));
    last.send("GET / HTTP/1.1\r\n\r\n");
    world.time.advance(base::Duration{60'000});
    peer.send(kOk);
    world.network.run();
    CHECK(last.heard.back() == "end");
    CHECK(peer.closed());
  }
  CHECK(gauges(world) == Gauges{0, 0, 0});
}

TEST_CASE("a connection is closed after max_requests") {
  World world;
  world.pool_options.keepalive.max_requests = 3;
  auto& peer = first_exchange(world, world.slot(0));
  exchange(world, world.slot(0), peer);
  CHECK_FALSE(peer.closed());
  exchange(world, world.slot(0), peer);
  CHECK(peer.closed());
}

TEST_CASE("max_requests 0 sets no bound") {
  World world;
  world.pool_options.keepalive.max_requests = 0;
  auto& peer = first_exchange(world, world.slot(0));
  for (int i = 0; i < 100; ++i) exchange(world, world.slot(0), peer);
  CHECK_FALSE(peer.closed());
  CHECK(world.connector.connects() == 1);
}

TEST_CASE("FIN while idle closes silently") {
  World world;
  auto& peer = first_exchange(world, world.slot(0));
  peer.shut_down();
  world.network.run();
  CHECK(peer.closed());
  CHECK(gauges(world) == Gauges{0, 0, 0});
  CHECK_FALSE(has_idle(world));
}

TEST_CASE("RST while idle closes silently") {
  World world;
  auto& peer = first_exchange(world, world.slot(0));
  peer.reset();
  world.network.run();
  CHECK(gauges(world) == Gauges{0, 0, 0});
}

TEST_CASE("bytes while idle close: they would be taken for the next answer") {
  World world;
  auto& peer = first_exchange(world, world.slot(0));
  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
  world.network.run();
  CHECK(peer.closed());
  CHECK(gauges(world) == Gauges{0, 0, 0});
}

TEST_CASE("a lease dropped before its connection is made closes it") {
  World world;
  world.connector.plan(9001, memory::Plan::kHang);
  {
    Exchange gone(world);
    gone.start(world.slot(0));
    CHECK(gauges(world) == Gauges{1, 1, 0});
  }
  CHECK(gauges(world) == Gauges{0, 0, 0});
  CHECK(world.connector.last().closed());
}

TEST_CASE("a moved lease is one lease") {
  World world;
  Exchange one(world);
  one.start(world.slot(0));
  Lease other = std::move(one.lease);
  CHECK_FALSE(one.lease);
  CHECK(gauges(world) == Gauges{1, 1, 0});
  other = Lease();
  CHECK(gauges(world) == Gauges{0, 0, 0});
}

TEST_CASE("close_idle leaves connections in use alone") {
  World world;
  make_idle(world, 2);
  Exchange busy(world);
  busy.start(world.slot(0));
  world.time.in_turn([&] { world.connections.close_idle(); });
  CHECK(gauges(world) == Gauges{1, 1, 0});
  CHECK(world.connector.open() == 1);
}

TEST_CASE("the time of connecting is observed for connections that were made, and only these") {
  World world;
  world.connector.plan(9001, memory::Plan::kHang);
  Exchange one(world);
  one.start(world.slot(0));
  world.time.advance(base::Duration{7});
  world.connector.settle(9001, memory::Plan::kAccept);
  world.network.run();
  CHECK(one.heard == std::vector<std::string>{"connected"});
  CHECK(world.stats().connect.bucket(4) == 1);  // 5 to 10 ms
  world.connector.plan(9001, memory::Plan::kRefuse);
  Exchange refused(world);
  refused.start(world.slot(0));
  world.network.run();
  CHECK(world.stats().connect.sum_seconds() == doctest::Approx(0.007));
}

}  // namespace weir::upstream
