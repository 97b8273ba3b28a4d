// Backends that may have only so many requests under way.

#include <doctest/doctest.h>

#include "fixture.h"

namespace weir::exchange {

TEST_CASE("above max_conns a request is refused at once, and says when to come again") {
  World world;
  world.pool_options.endpoints[0].max_conns = 1;
  memory::MemoryPeer& first = world.ask(get());
  memory::MemoryPeer& second = world.ask(get());
  memory::Answer refused = world.front.answer(second);
  CHECK(refused.status == 503);
  CHECK(refused.field("Retry-After") == "1");
  CHECK(world.front.rejected(http::Reason::kEndpointsFull) == 1);
  CHECK(world.connects() == 1);
  world.say(world.backend(), ok("a"));
  CHECK(world.front.answer(first).body == "a");
  world.say(second, get());
  world.say(world.backend(), ok("b"));
  CHECK(world.front.answer(second).body == "b");
}

TEST_CASE("a kept-alive connection that died keeps its place for the fresh one") {
  World world;
  world.pool_options.endpoints[0].max_conns = 1;
  memory::MemoryPeer& old = world.warm_up();
  memory::MemoryPeer& client = world.ask(get());
  old.reset();
  world.run();
  REQUIRE(world.connects() == 2);
  memory::MemoryPeer& other = world.ask(get());
  CHECK(world.front.answer(other).status == 503);
  world.say(world.backend(0, 1), ok("fresh"));
  CHECK(world.front.answer(client).body == "fresh");
}

TEST_CASE("a client that leaves gives its place to the next") {
  World world;
  world.pool_options.endpoints[0].max_conns = 1;
  memory::MemoryPeer& leaving = world.ask(get());
  leaving.reset();
  world.run();
  memory::MemoryPeer& client = world.ask(get());
  world.say(world.backend(0, 1), ok("next"));
  CHECK(world.front.answer(client).body == "next");
}

TEST_CASE("a failed try whose later retry finds all full is told as what failed") {
  World world;
  world.pool_options.endpoints[0].max_conns = 1;
  world.pool_options.retry.attempts = 3;
  memory::MemoryPeer& one = world.ask(get());
  for (std::size_t i = 0; i < 2; ++i) {
    world.backend(0, i).reset();
    world.run();
  }
  memory::MemoryPeer& other = world.ask(get());
  world.pass(1'000);
  CHECK(world.front.answer(one).status == 502);
  world.say(world.backend(0, 2), ok("well"));
  CHECK(world.front.answer(other).body == "well");
}

TEST_CASE("a listed status whose later retry finds all full is told as that") {
  World world;
  world.pool_options.endpoints[0].max_conns = 1;
  world.pool_options.retry.on.statuses = {503};
  world.pool_options.retry.attempts = 3;
  const std::string busy = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
  memory::MemoryPeer& one = world.ask(get());
  for (std::size_t i = 0; i < 2; ++i) world.say(world.backend(0, i), busy);
  // It waits for its second retry, and has no place meanwhile.
  memory::MemoryPeer& other = world.ask(get());
  world.pass(1'000);
  CHECK(world.front.answer(one).status == 503);
  CHECK(world.front.rejected(http::Reason::kEndpointsFull) == 1);
  world.say(world.backend(0, 2), ok("well"));
  CHECK(world.front.answer(other).body == "well");
}

TEST_CASE("by least_conn requests go where the fewest are under way") {
  World world(2);
  world.pool_options.balance.by = upstream::BalanceBy::kLeastConn;
  world.ask(get());
  world.ask(get());
  REQUIRE(world.connects(0) == 1);
  REQUIRE(world.connects(1) == 1);
  world.say(world.backend(1), ok("done"));
  for (int i = 0; i < 3; ++i) {
    memory::MemoryPeer& client = world.ask(get());
    world.say(world.backend(1), ok("again"));
    CHECK(world.front.answer(client).body == "again");
  }
}

}  // namespace weir::exchange
