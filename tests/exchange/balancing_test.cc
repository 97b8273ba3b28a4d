// Which backend a request goes to, by what is in it.

#include <doctest/doctest.h>

#include <set>

#include "fixture.h"

namespace weir::exchange {

namespace {

// The backend that the request reached; it is answered.
std::size_t ask(World& world, const std::string& path, const std::string& ip = "192.0.2.1") {
  std::size_t before = world.connector.connects();
  memory::MemoryPeer& client = world.connect(ip);
  world.say(client, get(path));
  REQUIRE(world.connector.connects() == before + 1);
  memory::MemoryPeer& backend = world.connector.last();
  std::size_t number = 0;
  while (world.connects(number) == 0 ||
         &world.backend(number, world.connects(number) - 1) != &backend) {
    ++number;
  }
  world.say(backend, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  CHECK(world.front.answer(client).status == 200);
  client.close();
  world.run();
  return number;
}

std::size_t first_asked(World& world) {
  std::size_t number = 0;
  while (world.connects(number) == 0) ++number;
  return number;
}

}  // namespace

TEST_CASE("by hash, requests of one key go to one backend and keys are spread") {
  World world(4);
  world.pool_options.balance.by = upstream::BalanceBy::kHash;
  world.pool_options.balance.key = http::Template::compile("$uri").value();
  std::set<std::size_t> asked;
  for (int i = 0; i < 20; ++i) {
    std::string path = "/app/" + std::to_string(i);
    std::size_t backend = ask(world, path);
    CHECK(ask(world, path + "?page=2") == backend);
    asked.insert(backend);
  }
  CHECK(asked.size() == 4);
}

TEST_CASE("by ip_hash, a client's network stays with one backend") {
  World world(4);
  world.pool_options.balance.by = upstream::BalanceBy::kIpHash;
  std::set<std::size_t> asked;
  for (int i = 0; i < 20; ++i) {
    std::string network = "192.0." + std::to_string(i) + ".";
    std::size_t backend = ask(world, "/app/", network + "1");
    CHECK(ask(world, "/app/other", network + "77") == backend);
    asked.insert(backend);
  }
  CHECK(asked.size() == 4);
}

TEST_CASE("by hash, a retry goes where all requests of the key go when its backend is away") {
  World world(3);
  world.pool_options.balance.by = upstream::BalanceBy::kHash;
  world.pool_options.balance.key = http::Template::compile("$uri").value();
  memory::MemoryPeer& client = world.ask(get("/app/7"));
  std::size_t own = first_asked(world);
  world.backend(own).reset();
  world.run();
  std::size_t heir = own == 0 ? 1 : 0;
  while (heir == own || world.connects(heir) == 0) ++heir;
  world.say(world.backend(heir), ok("there"));
  CHECK(world.front.answer(client).body == "there");
  world.connector.plan(World::port(own), memory::Plan::kRefuse);
  for (int i = 0; i < 3; ++i) {
    memory::MemoryPeer& next = world.ask(get("/app/7"));
    world.say(world.backend(heir, world.connects(heir) - 1), ok("again"));
    CHECK(world.front.answer(next).body == "again");
  }
}

}  // namespace weir::exchange
