#include "upstream/pool.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "unit/upstream/world.h"

namespace weir::upstream {

namespace {

EndpointOptions weighted(unsigned weight) {
  EndpointOptions options;
  options.weight = weight;
  return options;
}
EndpointOptions backup() {
  EndpointOptions options;
  options.backup = true;
  return options;
}
EndpointOptions down() {
  EndpointOptions options;
  options.down = true;
  return options;
}

// The last digit of the endpoint's port, which is its number from 1; '-' for none.
char number(const EndpointSlot* slot) {
  return slot == nullptr ? '-' : slot->endpoint->text().back();
}

std::string picks(World& world, int count, std::span<EndpointSlot* const> tried = {}) {
  std::string text;
  for (int i = 0; i < count; ++i) text += number(world.pool->pick(tried, world.time.now()).slot);
  return text;
}

EndpointSlot* find(World& world, char digit) {
  for (int i = 0; i < 100; ++i) {
    EndpointSlot* slot = world.pool->pick({}, world.time.now()).slot;
    if (number(slot) == digit) return slot;
  }
  return nullptr;
}

// Counts failures of the endpoint up to max_fails. What the last one said.
bool fail(World& world, EndpointSlot* slot) {
  bool aside = false;
  for (unsigned i = 0; i < world.pool_options.max_fails; ++i) {
    aside = world.pool->count_failure(*slot, world.time.now());
  }
  return aside;
}

}  // namespace

TEST_CASE("picks follow the weights exactly") {
  World world({weighted(5), weighted(1), weighted(1)});
  world.make_pool();
  CHECK(picks(world, 14) == "12111311211131");
}

TEST_CASE("700 picks spread as 500, 100 and 100") {
  World world({weighted(5), weighted(1), weighted(1)});
  world.make_pool();
  std::map<char, int> counts;
  for (char c : picks(world, 700)) ++counts[c];
  CHECK(counts == std::map<char, int>{{'1', 500}, {'2', 100}, {'3', 100}});
}

TEST_CASE("an endpoint configured down is never picked, not even as the last one") {
  World world({down(), weighted(1)});
  Pool& pool = world.make_pool();
  CHECK(picks(world, 3) == "222");
  std::array tried{pool.pick({}, world.time.now()).slot};
  CHECK(picks(world, 1, tried) == "2");
  World lone({down()});
  CHECK(lone.make_pool().pick({}, lone.time.now()).slot == nullptr);
  World all({down(), down()});
  CHECK(all.make_pool().pick({}, all.time.now()).slot == nullptr);
}

TEST_CASE("backups are used only when no other endpoint is available") {
  World world({weighted(1), backup(), weighted(1)});
  world.make_pool();
  CHECK(picks(world, 4) == "1313");
  CHECK(fail(world, find(world, '1')));
  CHECK(picks(world, 2) == "33");
  CHECK(fail(world, find(world, '3')));
  CHECK(picks(world, 3) == "222");
  world.time.advance(world.pool_options.fail_timeout);
  CHECK(picks(world, 1) != "2");
}

TEST_CASE("an endpoint already tried is picked only while no other is there") {
  World world({weighted(1), weighted(1), backup()});
  world.make_pool();
  EndpointSlot* one = find(world, '1');
  EndpointSlot* two = find(world, '2');
  CHECK(picks(world, 3, std::array{one}) == "222");
  CHECK(picks(world, 3, std::array{one, two}) == "333");
  fail(world, one);
  fail(world, two);
  EndpointSlot* three = find(world, '3');
  // Rather the one that was tried than one that is put aside.
  CHECK(picks(world, 2, std::array{three}) == "33");
}

TEST_CASE("has_other tells whether an available endpoint was not tried") {
  World world({weighted(1), weighted(1), down()});
  Pool& pool = world.make_pool();
  EndpointSlot* one = find(world, '1');
  EndpointSlot* two = find(world, '2');
  CHECK(pool.has_other({}, world.time.now()));
  CHECK(pool.has_other(std::array{one}, world.time.now()));
  CHECK_FALSE(pool.has_other(std::array{one, two}, world.time.now()));
  fail(world, two);
  CHECK_FALSE(pool.has_other(std::array{one}, world.time.now()));
}

TEST_CASE("max_fails failures put an endpoint aside, and after fail_timeout one try checks it") {
  World world({weighted(1), weighted(1)});
  Pool& pool = world.make_pool();
  EndpointSlot* one = find(world, '1');
  CHECK_FALSE(pool.count_failure(*one, world.time.now()));
  CHECK_FALSE(pool.count_failure(*one, world.time.now()));
  CHECK(pool.count_failure(*one, world.time.now()));
  CHECK(picks(world, 5) == "22222");
  world.time.advance(world.pool_options.fail_timeout - base::Duration{1});
  CHECK(picks(world, 5) == "22222");
  world.time.advance(base::Duration{1});
  std::map<char, int> counts;
  for (char c : picks(world, 10)) ++counts[c];
  CHECK(counts['1'] == 1);
  one->endpoint->count_success();
  CHECK(picks(world, 4).find('1') != std::string::npos);
}

TEST_CASE("the last available endpoint is never put aside") {
  World world({weighted(1), weighted(1), down()});
  world.make_pool();
  EndpointSlot* two = find(world, '2');
  CHECK(fail(world, find(world, '1')));
  CHECK_FALSE(fail(world, two));
  CHECK(picks(world, 3) == "222");
  SUBCASE("but goes at its next failure once another is back") {
    world.time.advance(world.pool_options.fail_timeout);
    CHECK(world.pool->count_failure(*two, world.time.now()));
  }
}

TEST_CASE("an endpoint that asks for it is put aside, for fail_timeout at most") {
  World world({weighted(1), weighted(1)});
  world.make_pool();
  EndpointSlot* one = find(world, '1');
  CHECK(world.pool->put_aside(*one, world.time.now(), base::Duration(2'000)));
  CHECK(picks(world, 3) == "222");
  world.time.advance(base::Duration(2'000));
  CHECK(picks(world, 4).find('1') != std::string::npos);
  CHECK(world.pool->put_aside(*one, world.time.now(), base::Duration(3'600'000)));
  world.time.advance(world.pool_options.fail_timeout - base::Duration(1));
  CHECK(picks(world, 3) == "222");
  world.time.advance(base::Duration(1));
  CHECK(picks(world, 4).find('1') != std::string::npos);
  CHECK_FALSE(world.pool->put_aside(*one, world.time.now(), base::Duration(0)));
}

TEST_CASE("the last available endpoint and a lone one are not put aside at their wish") {
  World world({weighted(1), weighted(1), down()});
  world.make_pool();
  base::Duration minute(60'000);
  CHECK(world.pool->put_aside(*find(world, '1'), world.time.now(), minute));
  CHECK_FALSE(world.pool->put_aside(*find(world, '2'), world.time.now(), minute));
  CHECK(picks(world, 3) == "222");
  World lone;
  lone.make_pool();
  CHECK_FALSE(lone.pool->put_aside(*find(lone, '1'), lone.time.now(), minute));
  CHECK(!lone.endpoint(0).ejected(lone.time.now()));
}

TEST_CASE("a lone endpoint is never put aside") {
  World world;
  world.make_pool();
  CHECK_FALSE(fail(world, find(world, '1')));
  CHECK_FALSE(fail(world, find(world, '1')));
  CHECK(!world.endpoint(0).ejected(world.time.now()));
  CHECK(picks(world, 2) == "11");
}

TEST_CASE("where other workers put all endpoints aside they are picked all the same") {
  World world({weighted(1), weighted(1), backup()});
  world.make_pool();
  for (std::size_t i = 0; i < 3; ++i) {
    for (int fails = 0; fails < 3; ++fails)
      world.endpoint(i).count_failure(world.time.now(), world.pool_options);
  }
  std::string text = picks(world, 4);
  CHECK(text.find('1') != std::string::npos);
  CHECK(text.find('2') != std::string::npos);
  CHECK(text.find('3') == std::string::npos);
}

TEST_CASE("the floor of the retry budget is divided among the workers") {
  World world({EndpointOptions{}}, 5);
  Pool& pool = world.make_pool();
  CHECK(pool.budget().take(world.time.now()));
  CHECK(pool.budget().take(world.time.now()));
  CHECK_FALSE(pool.budget().take(world.time.now()));
}

TEST_CASE("a pool closes its idle connections when it goes") {
  World world;
  Pool& pool = world.make_pool();
  first_exchange(world, *pool.pick({}, world.time.now()).slot);
  REQUIRE(world.connections.idle_total() == 1);
  world.pool.reset();
  CHECK(world.connections.idle_total() == 0);
  CHECK(world.connector.open() == 0);
  CHECK(world.stats(0).connections_idle.get() == 0);
}

TEST_CASE(
    "a set that is applied keeps the connections of endpoints that stay, and lets go of others") {
  World world({weighted(1), weighted(1), weighted(1)});
  Pool& pool = world.make_pool();
  for (std::size_t i = 0; i < 3; ++i) first_exchange(world, world.slot(i));
  base::Ref<EndpointSlot> second(&world.slot(1));
  REQUIRE(world.connections.idle_total() == 3);
  Exchange busy(world);
  busy.give_back_at_end = true;
  busy.start(*second);
  busy.send("GET / HTTP/1.1\r\n\r\n");
  world.network.run();
  // The second leaves with a request under way.
  std::vector<Member> members = world.set()->members();
  members.erase(members.begin() + 1);
  members[0].weight = 3;
  world.time.in_turn(
      [&] { pool.apply(base::make_shared_ref<const EndpointSet>(std::move(members))); });
  CHECK(picks(world, 8).find('2') == std::string::npos);
  CHECK(picks(world, 4) == "1131");
  CHECK(world.connections.idle_total() == 2);
  world.connector.peer(9002, 0).send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  world.network.run();
  CHECK(busy.heard.back() == "end");
  CHECK(world.connections.idle_total() == 2);
  CHECK(world.connector.open() == 2);
}

TEST_CASE("endpoints down by their health checks are not picked, those not checked only in need") {
  World world({weighted(1), weighted(1), weighted(1)});
  world.make_pool();
  world.endpoint(0).set_health(Health::kUnchecked);
  CHECK(picks(world, 4).find('1') == std::string::npos);
  world.endpoint(1).set_health(Health::kDown);
  CHECK(picks(world, 3) == "333");
  world.endpoint(2).set_health(Health::kDown);
  CHECK(picks(world, 3) == "111");
  world.endpoint(0).set_health(Health::kDown);
  CHECK(picks(world, 1) == "-");
  world.endpoint(1).set_health(Health::kUp);
  CHECK(picks(world, 2) == "22");
}

TEST_CASE("with when_down: panic those found down are spread over while no other is there") {
  World world({weighted(2), weighted(1), backup(), down()});
  world.pool_options.when_down = WhenDown::kPanic;
  world.make_pool();
  world.endpoint(0).set_health(Health::kDown);
  CHECK(picks(world, 3) == "222");
  world.endpoint(1).set_health(Health::kDown);
  CHECK(picks(world, 2) == "33");
  world.endpoint(2).set_health(Health::kDown);
  std::string spread = picks(world, 8);
  CHECK(std::count(spread.begin(), spread.end(), '1') == 4);
  CHECK(std::count(spread.begin(), spread.end(), '2') == 2);
  CHECK(std::count(spread.begin(), spread.end(), '3') == 2);
  // A try that failed goes on to another.
  EndpointSlot* one = find(world, '1');
  for (char c : picks(world, 8, std::array{one})) CHECK(c != '1');
  CHECK_FALSE(world.pool->has_other(std::array{one}, world.time.now()));
  world.endpoint(1).set_health(Health::kUp);
  CHECK(picks(world, 3) == "222");
}

TEST_CASE("with when_down: fail nobody is picked while all are found down") {
  World world({weighted(1), weighted(1)});
  world.make_pool();
  world.endpoint(0).set_health(Health::kDown);
  world.endpoint(1).set_health(Health::kDown);
  CHECK(picks(world, 1) == "-");
}

TEST_CASE("one that is put aside is rather picked than one found down, panic or not") {
  World world({weighted(1), weighted(1)});
  world.pool_options.when_down = WhenDown::kPanic;
  world.make_pool();
  CHECK(fail(world, find(world, '1')));
  world.endpoint(1).set_health(Health::kDown);
  CHECK(picks(world, 3) == "111");
}

TEST_CASE("requests never put aside the last endpoint that health checks have left") {
  World world({weighted(1), weighted(1), weighted(1), down()});
  world.make_pool();
  world.endpoint(1).set_health(Health::kDown);
  CHECK(fail(world, find(world, '1')));  // 3 is left
  CHECK_FALSE(fail(world, find(world, '3')));
  CHECK(picks(world, 2) == "33");
  world.time.advance(world.pool_options.fail_timeout);
  world.endpoint(2).set_health(Health::kDown);
  CHECK_FALSE(fail(world, find(world, '1')));
  CHECK(picks(world, 2) == "11");
}

TEST_CASE("one that is unchecked is picked only while none is known good") {
  World world({weighted(1), weighted(1), weighted(1)});
  world.make_pool();
  for (std::size_t i = 0; i < 3; ++i) world.endpoint(i).set_health(Health::kUnchecked);
  CHECK(picks(world, 6) == "123123");
  world.endpoint(0).set_health(Health::kDown);
  CHECK(picks(world, 4) == "2323");
  world.endpoint(2).set_health(Health::kUp);
  CHECK(picks(world, 3) == "333");
  world.endpoint(1).set_health(Health::kUp);
  std::string both = picks(world, 4);
  CHECK(std::count(both.begin(), both.end(), '2') == 2);
}

TEST_CASE("a change of balance takes another balancer, and one that is no change keeps its turn") {
  World world({weighted(1), weighted(1), weighted(1)});
  Pool& pool = world.make_pool();
  CHECK(picks(world, 2) == "12");
  pool.configure(world.pool_options, world.time.now());
  CHECK(picks(world, 1) == "3");
  world.pool_options.balance.by = BalanceBy::kHash;
  pool.configure(world.pool_options, world.time.now());
  char own = number(pool.pick({}, world.time.now(), 12345).slot);
  for (int i = 0; i < 5; ++i) CHECK(number(pool.pick({}, world.time.now(), 12345).slot) == own);
  world.pool_options.balance.by = BalanceBy::kLeastConn;
  pool.configure(world.pool_options, world.time.now());
  world.endpoint(0).enter();
  world.endpoint(2).enter();
  CHECK(picks(world, 2) == "22");
  world.endpoint(0).leave();
  world.endpoint(2).leave();
}

TEST_CASE("a key goes elsewhere while its endpoint is away, and after a failed try on it") {
  World world({weighted(1), weighted(1), weighted(1)});
  world.pool_options.balance.by = BalanceBy::kHash;
  Pool& pool = world.make_pool();
  EndpointSlot* own = pool.pick({}, world.time.now(), 12345).slot;
  EndpointSlot* next = pool.pick(std::array{own}, world.time.now(), 12345).slot;
  CHECK(next != own);
  CHECK(fail(world, own));
  CHECK(pool.pick({}, world.time.now(), 12345).slot == next);
  world.time.advance(world.pool_options.fail_timeout);
  CHECK(pool.pick({}, world.time.now(), 12345).slot == own);
}

TEST_CASE("a configuration anew does not fill the retry budget, unless it is another one") {
  World world;
  world.pool_options.retry.min_per_second = 1;
  Pool& pool = world.make_pool();
  CHECK(pool.budget().take(world.time.now()));
  pool.configure(world.pool_options, world.time.now());
  CHECK_FALSE(pool.budget().take(world.time.now()));
  world.pool_options.retry.min_per_second = 2;
  pool.configure(world.pool_options, world.time.now());
  CHECK(pool.budget().take(world.time.now()));
}

}  // namespace weir::upstream
