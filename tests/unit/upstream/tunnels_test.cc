// Connections that a 101 made tunnels of.

#include <doctest/doctest.h>

#include "unit/upstream/world.h"

namespace weir::upstream {

namespace {

using Heard = std::vector<std::string>;

const std::string kSwitch =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: a\r\n\r\n";

// An exchange that asked for another protocol, got it, and is a tunnel.
struct Tunnel {
  explicit Tunnel(World& in, std::size_t slot = 0) : world(in), exchange(in) {
    exchange.start(world.slot(slot));
    world.time.in_turn(
        [&] { exchange.lease->begin(http::Method::kGet, arena, limits, exchange, true); });
    world.network.run();
    peer = &world.connector.last();
    say(kSwitch + "first");
    CHECK(exchange.heard == Heard{"connected", "head 101", "body first"});
    world.time.in_turn([&] { exchange.lease->become_tunnel(exchange); });
    exchange.heard.clear();
  }
  void say(base::Bytes bytes) {
    peer->send(bytes);
    world.network.run();
  }

  World& world;
  base::Arena arena;
  http::HeadLimits limits;
  Exchange exchange;
  memory::MemoryPeer* peer = nullptr;
};

}  // namespace

TEST_CASE("a tunnel hears bytes, the FIN as their end, and a failure behind that end too") {
  World world;
  Tunnel tunnel(world);
  tunnel.say("more");
  tunnel.peer->shut_down();
  world.network.run();
  CHECK(tunnel.exchange.heard == Heard{"body more", "end"});
  tunnel.exchange.send("still goes there");
  world.network.run();
  CHECK(tunnel.peer->take() == "still goes there");
  tunnel.peer->reset();
  world.network.run();
  // Behind a FIN only a write can tell.
  tunnel.exchange.send("gone");
  world.network.run();
  CHECK(tunnel.exchange.heard == Heard{"body more", "end", "failed cut"});
}

TEST_CASE("our FIN goes behind all that was written, and bytes still come") {
  World world;
  Tunnel tunnel(world);
  world.time.in_turn([&] {
    tunnel.exchange.lease->write("last");
    tunnel.exchange.lease->shut_down();
  });
  world.network.run();
  CHECK(tunnel.peer->take() == "last");
  CHECK(tunnel.peer->ended());
  tunnel.say("answer");
  CHECK(tunnel.exchange.heard == Heard{"body answer"});
}

TEST_CASE("a lease that is reset is an RST for the backend, one that is dropped is none") {
  for (bool reset : {true, false}) {
    World world;
    Tunnel tunnel(world);
    world.time.in_turn([&] {
      reset ? tunnel.exchange.lease.reset() : tunnel.exchange.lease.drop();
      tunnel.exchange.lease.reset();
    });
    world.network.run();
    CHECK((tunnel.peer->error() == net::StreamError::kReset) == reset);
    CHECK(tunnel.peer->ended() == !reset);
    CHECK(world.stats(0).in_flight.get() == 0);
    CHECK(world.connections.idle_total() == 0);
  }
}

TEST_CASE("what is neither asked for nor a tunnel is untouched when an endpoint goes down") {
  World world({EndpointOptions(), EndpointOptions()});
  world.pool_options.on_down = OnDown::kCloseTunnels;
  world.make_pool();
  Tunnel here(world, 0);
  Tunnel there(world, 1);
  Exchange plain(world);
  plain.start(world.slot(0));
  world.network.run();
  here.exchange.drop_at = "failed cut";
  world.time.in_turn([&] { world.pool->on_down(world.endpoint(0)); });
  CHECK(here.exchange.heard == Heard{"failed cut"});
  CHECK(there.exchange.heard.empty());
  CHECK(plain.heard == Heard{"connected"});
  CHECK(world.stats(0).in_flight.get() == 1);
  // It is told once, and an endpoint that left the set has nothing to tell.
  world.time.in_turn([&] { world.pool->on_down(world.endpoint(0)); });
  CHECK(here.exchange.heard.size() == 1);
}

TEST_CASE("on_down: keep lets tunnels live") {
  World world;
  world.make_pool();
  Tunnel tunnel(world);
  world.time.in_turn([&] { world.pool->on_down(world.endpoint(0)); });
  CHECK(tunnel.exchange.heard.empty());
  tunnel.say("alive");
  CHECK(tunnel.exchange.heard == Heard{"body alive"});
}

}  // namespace weir::upstream
