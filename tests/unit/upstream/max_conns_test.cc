// Pools whose endpoints may have only so many leases, and what a pool counts.

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "unit/upstream/world.h"

namespace weir::upstream {

namespace {

EndpointOptions bounded(unsigned max_conns, unsigned weight = 1) {
  EndpointOptions options;
  options.max_conns = max_conns;
  options.weight = weight;
  return options;
}
EndpointOptions backup(unsigned max_conns = 0) {
  EndpointOptions options = bounded(max_conns);
  options.backup = true;
  return options;
}

// Picks and keeps the places; the endpoints' numbers from 1, 'f' for full and '-' for nobody.
struct Picker {
  explicit Picker(std::vector<EndpointOptions> endpoints) : world(std::move(endpoints)) {
    world.make_pool();
  }
  std::string pick(int count, std::span<EndpointSlot* const> tried = {}, std::uint64_t key = 0) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      Pick one = world.pool->pick(tried, world.time.now(), key);
      CHECK((one.slot == nullptr || !one.full));
      CHECK(static_cast<bool>(one.place) == (one.slot != nullptr && world.pool->counts_load()));
      text += one.slot != nullptr ? one.slot->endpoint->text().back() : one.full ? 'f' : '-';
      picks.push_back(std::move(one));
    }
    return text;
  }
  void leave(char number) {
    for (auto one = picks.begin(); one != picks.end(); ++one) {
      if (one->slot == nullptr || one->slot->endpoint->text().back() != number) continue;
      picks.erase(one);
      return;
    }
  }
  EndpointSlot* slot(std::size_t number) { return &world.slot(number - 1); }
  void eject(std::size_t number) {
    for (int i = 0; i < 3; ++i) world.pool->count_failure(*slot(number), world.time.now());
  }
  World world;
  std::vector<Pick> picks;
};

}  // namespace

TEST_CASE("an endpoint that is full is passed over, and picked again when it has a place") {
  Picker picker({bounded(1), bounded(2), bounded(0)});
  CHECK(picker.pick(5) == "12323");
  CHECK(picker.pick(3) == "333");
  picker.leave('1');
  CHECK(picker.pick(3).find('1') != std::string::npos);
}

TEST_CASE("where all are full nobody is picked, and it is told") {
  Picker picker({bounded(1), bounded(2)});
  CHECK(picker.pick(3) == "122");
  CHECK(picker.pick(2) == "ff");
  picker.leave('2');
  CHECK(picker.pick(2) == "2f");
}

TEST_CASE("when the others are full backups take what is left, by their weights") {
  Picker picker({bounded(1), bounded(1), backup(3), backup(1)});
  CHECK(picker.pick(2) == "12");
  CHECK(picker.pick(4) == "3433");
  CHECK(picker.pick(1) == "f");
  picker.leave('1');
  CHECK(picker.pick(1) == "1");
}

TEST_CASE("backups whose weights changed take what is left by the new ones at once") {
  Picker picker({bounded(1), backup(), backup()});
  auto weigh = [&](unsigned second, unsigned third) {
    std::vector<Member> members = picker.world.set()->members();
    members[1].weight = second;
    members[2].weight = third;
    picker.world.pool->apply(base::make_shared_ref<const EndpointSet>(std::move(members)));
  };
  weigh(1'000, 999);
  CHECK(picker.pick(2) == "12");
  weigh(1, 2);
  std::string text = picker.pick(30);
  CHECK(std::count(text.begin(), text.end(), '2') >= 9);
  CHECK(std::count(text.begin(), text.end(), '2') <= 11);
}

TEST_CASE("that the others are full brings nobody back who was put aside or is down") {
  Picker picker({bounded(1), bounded(1), bounded(1)});
  picker.eject(3);
  picker.world.endpoint(1).set_health(Health::kDown);
  CHECK(picker.pick(2) == "1f");
  picker.world.endpoint(1).set_health(Health::kUp);
  CHECK(picker.pick(2) == "2f");
  picker.world.time.advance(picker.world.pool_options.fail_timeout);
  CHECK(picker.pick(2) == "3f");
}

TEST_CASE("of those put aside the full ones are passed over too, when there is nobody else") {
  Picker picker({bounded(1), bounded(1)});
  for (std::size_t i = 0; i < 2; ++i) {
    for (int fails = 0; fails < 3; ++fails) {
      picker.world.endpoint(i).count_failure(picker.world.time.now(), picker.world.pool_options);
    }
  }
  std::string both = picker.pick(2);
  CHECK((both == "12" || both == "21"));
  CHECK(picker.pick(1) == "f");
}

TEST_CASE("of those put aside another one is picked where the balancer's choice is full") {
  Picker picker({bounded(1), bounded(3)});
  for (std::size_t i = 0; i < 2; ++i) {
    for (int fails = 0; fails < 3; ++fails) {
      picker.world.endpoint(i).count_failure(picker.world.time.now(), picker.world.pool_options);
    }
  }
  CHECK(picker.pick(4) == "1222");
  CHECK(picker.pick(1) == "f");
}

TEST_CASE("a retry passes over who is full, and takes one already tried where it must") {
  Picker picker({bounded(1), bounded(1), bounded(2)});
  CHECK(picker.pick(1) == "1");
  std::array tried{picker.slot(3)};
  CHECK(picker.pick(1, tried) == "2");
  CHECK(picker.pick(2, tried) == "33");
  CHECK(picker.pick(1, tried) == "f");
}

TEST_CASE("a key whose endpoint is full goes where it goes without it") {
  World world({bounded(1), bounded(1), bounded(1)});
  world.pool_options.balance.by = BalanceBy::kHash;
  Pool& pool = world.make_pool();
  Pick own = pool.pick({}, world.time.now(), 99);
  Pick next = pool.pick({}, world.time.now(), 99);
  CHECK(next.slot != own.slot);
  next.place.give_back();
  own.place.give_back();
  CHECK(pool.pick(std::array{own.slot}, world.time.now(), 99).slot == next.slot);
  CHECK(pool.pick({}, world.time.now(), 99).slot == own.slot);
}

TEST_CASE("leases are counted only where somebody asks for it") {
  auto counts = [](const PoolOptions& options) {
    World world(options.endpoints.empty() ? std::vector{bounded(0)} : options.endpoints);
    world.pool_options.balance = options.balance;
    Pool& pool = world.make_pool();
    Pick pick = pool.pick({}, world.time.now());
    CHECK(world.endpoint(0).load() == (pool.counts_load() ? 1 : 0));
    return pool.counts_load();
  };
  PoolOptions options;
  CHECK_FALSE(counts(options));
  options.balance.by = BalanceBy::kIpHash;
  CHECK_FALSE(counts(options));
  options.balance.by = BalanceBy::kHash;
  CHECK_FALSE(counts(options));
  options.balance.bounded_percent = 125;
  CHECK(counts(options));
  options.balance.by = BalanceBy::kLeastConn;
  CHECK(counts(options));
  options.balance.by = BalanceBy::kP2c;
  CHECK(counts(options));
  options.balance.by = BalanceBy::kRoundRobin;
  options.endpoints = {bounded(5)};
  CHECK(counts(options));
}

TEST_CASE("a lease gives back what it took, whatever the configuration has become") {
  World world({bounded(0)});
  Pool& pool = world.make_pool();
  Pick uncounted = pool.pick({}, world.time.now());
  world.pool_options.balance.by = BalanceBy::kLeastConn;
  pool.configure(world.pool_options, world.time.now());
  Pick counted = pool.pick({}, world.time.now());
  CHECK(world.endpoint(0).load() == 1);
  uncounted.place.give_back();
  CHECK(world.endpoint(0).load() == 1);
  world.pool_options.balance.by = BalanceBy::kRoundRobin;
  pool.configure(world.pool_options, world.time.now());
  CHECK(!pool.pick({}, world.time.now()).place);
  CHECK(world.endpoint(0).load() == 1);
  counted.place.give_back();
  CHECK(world.endpoint(0).load() == 0);
}

TEST_CASE("a lease carries its place to its end, also of an endpoint that left the set") {
  World world({bounded(1), bounded(1)});
  Pool& pool = world.make_pool();
  Exchange exchange(world);
  Pick pick = pool.pick({}, world.time.now());
  exchange.start(*pick.slot);
  exchange.lease.carry(std::move(pick.place));
  base::SharedRef<Endpoint> endpoint = pick.slot->endpoint;
  CHECK(endpoint->load() == 1);
  SUBCASE("dropped") {
    world.time.in_turn([&] { exchange.lease.drop(); });
    CHECK(endpoint->load() == 0);
  }
  SUBCASE("dropped behind a change of the set") {
    std::vector<Member> members = world.set()->members();
    members.erase(members.begin());
    pool.apply(base::make_shared_ref<const EndpointSet>(std::move(members)));
    CHECK(endpoint->load() == 1);
    // Outside of a turn the slot goes with the connection.
    exchange.lease.drop();
    CHECK(endpoint->load() == 0);
  }
  SUBCASE("moved on to another lease") {
    Place place = exchange.lease.take_place();
    exchange.lease.drop();
    CHECK(endpoint->load() == 1);
    place.give_back();
    CHECK(endpoint->load() == 0);
  }
  SUBCASE("given back") {
    exchange.give_back_at_end = true;
    world.network.run();
    exchange.send("GET / HTTP/1.1\r\n\r\n");
    world.network.run();
    world.connector.last().send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    world.network.run();
    CHECK(world.connections.idle_total() == 1);
    CHECK(endpoint->load() == 0);
  }
}

}  // namespace weir::upstream
