// Requests that wait for a place on an endpoint of a full pool.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fixture.h"

namespace weir::exchange {

using http::Phase;
using http::Reason;

namespace {

// One backend that takes one request at a time, and a queue.
struct Full : World {
  explicit Full(unsigned size = 10, std::size_t backends = 1) : World(backends) {
    for (auto& endpoint : pool_options.endpoints) endpoint.max_conns = 1;
    pool_options.queue.size = size;
  }
  // Asks for "/app/1", "/app/2" and so on, each on a connection of its own.
  std::vector<memory::MemoryPeer*> ask_all(int count) {
    std::vector<memory::MemoryPeer*> clients;
    for (int i = 1; i <= count; ++i) clients.push_back(&ask(get("/app/" + std::to_string(i))));
    return clients;
  }
  // The number of the request that the backend read last, which it then answers with it.
  std::string answer_next(std::size_t number = 0, std::size_t index = 0) {
    memory::MemoryPeer& peer = backend(number, index);
    std::string asked = peer.take();
    auto begin = asked.rfind("/app/");
    if (begin == std::string::npos) return "nothing";
    std::string name = asked.substr(begin + 5, asked.find(' ', begin) - begin - 5);
    say(peer, ok(name));
    return name;
  }
};

}  // namespace

TEST_CASE("requests that wait are sent on one by one, in the order in which they came") {
  for (std::size_t size : memory::kReadSizes) {
    Full world;
    world.network.set_read_size(size);
    auto clients = world.ask_all(4);
    CHECK(world.waiting() == 3);
    for (std::size_t i = 0; i < 4; ++i) {
      std::string number = std::to_string(i + 1);
      CHECK(world.answer_next() == number);
      CHECK(world.front.answer(*clients[i]).body == number);
      CHECK(world.leases() == (i < 3 ? 1 : 0));
    }
    CHECK(world.connects() == 1);
    CHECK(world.waiting() == 0);
    CHECK(world.front.rejected() == 0);
    CHECK(world.observed->stats(0).picks_full.get() == 3);
  }
}

TEST_CASE("when queue.size wait one more is refused at once, and says when to come again") {
  Full world(2);
  auto clients = world.ask_all(4);
  memory::Answer refused = world.front.answer(*clients[3]);
  CHECK(refused.status == 503);
  CHECK(refused.field("Retry-After") == "1");
  CHECK(world.front.rejected(Reason::kQueueFull) == 1);
  CHECK(world.observed->stats(0).queue_full.get() == 1);
  CHECK(world.waiting() == 2);
  CHECK(world.answer_next() == "1");
  world.say(*clients[3], get("/app/4"));
  CHECK(world.waiting() == 2);
  for (const char* number : {"2", "3", "4"}) CHECK(world.answer_next() == number);
  CHECK(world.front.answer(*clients[3]).status == 200);
}

TEST_CASE("whoever has waited for queue.timeout is refused, and no endpoint is blamed") {
  Full world;
  auto clients = world.ask_all(2);
  world.pass(600);
  auto& later = world.ask(get("/app/3"));
  world.pass(390);
  CHECK(clients[1]->received().empty());
  world.pass(20);
  memory::Answer late = world.front.answer(*clients[1]);
  CHECK(late.status == 503);
  CHECK(late.field("Retry-After") == "1");
  CHECK(world.front.rejected(Reason::kQueueTimeout) == 1);
  CHECK(world.front.timeouts(Phase::kUpstreamQueue) == 1);
  CHECK(world.failures() == 0);
  CHECK(world.waiting() == 1);
  CHECK(world.answer_next() == "1");
  CHECK(world.answer_next() == "3");
  CHECK(world.front.answer(later).status == 200);
  CHECK(world.front.lines.at(0).record.attempts == 0);
}

TEST_CASE("a timeout of 0 waits for as long as it takes") {
  Full world;
  world.pool_options.queue.timeout = base::Duration(0);
  world.pool_options.timeouts.first_byte = base::Duration(0);
  auto clients = world.ask_all(2);
  world.pass(3'600'000);
  CHECK(world.waiting() == 1);
  CHECK(world.answer_next() == "1");
  // The connection had grown older than keepalive.max_age.
  CHECK(world.answer_next(0, 1) == "2");
}

TEST_CASE("a client that leaves while it waits gives its turn to the next") {
  Full world(3);
  auto clients = world.ask_all(4);
  clients[1]->reset();
  world.run();
  CHECK(world.waiting() == 2);
  CHECK(world.front.rejected(Reason::kClientClosed) == 1);
  CHECK(world.front.lines.at(0).record.status == 499);
  for (const char* number : {"1", "3", "4"}) CHECK(world.answer_next() == number);
}

TEST_CASE("the client whose answer came takes its place behind those who wait") {
  Full world;
  // Its second request is there when the answer to the first one goes out.
  auto& busy = world.ask(get("/app/1") + get("/app/3"));
  auto& waiting = world.ask(get("/app/2"));
  for (const char* number : {"1", "2", "3"}) CHECK(world.answer_next() == number);
  CHECK(world.front.heard(busy).size() == 2);
  CHECK(world.front.answer(waiting).body == "2");
}

TEST_CASE("a broken connection frees its place too, and its retry waits behind the others") {
  Full world;
  auto clients = world.ask_all(2);
  world.backend().reset();
  world.run();
  CHECK(world.waiting() == 1);
  CHECK(world.answer_next(0, 1) == "2");
  // Behind a reset it takes no idle connection.
  CHECK(world.answer_next(0, 2) == "1");
  CHECK(world.front.answer(*clients[0]).body == "1");
  CHECK(world.front.answer(*clients[1]).body == "2");
}

TEST_CASE("a retry that waits in vain is told as what failed") {
  Full world;
  auto clients = world.ask_all(2);
  world.backend().reset();
  world.run();
  world.pass(1'010);
  CHECK(world.front.answer(*clients[0]).status == 502);
  CHECK(world.front.rejected(Reason::kUpstreamReset) == 1);
  CHECK(world.front.timeouts() == 0);
  CHECK(world.answer_next(0, 1) == "2");
}

TEST_CASE("a body that comes meanwhile is held back, and sent whole") {
  Full world;
  auto& first = world.ask(get("/app/1"));
  auto& upload = world.ask(post(6) + "abc");
  world.say(upload, "def");
  CHECK(world.waiting() == 1);
  world.say(world.backend(), ok("1"));
  CHECK(world.front.answer(first).body == "1");
  std::string asked = world.backend().take();
  CHECK(asked.find("POST /app/") != std::string::npos);
  CHECK(asked.ends_with("abcdef"));
  world.say(world.backend(), ok("well"));
  CHECK(world.front.answer(upload).body == "well");
}

TEST_CASE("the route's deadline counts in the queue as everywhere") {
  Full world;
  world.proxy_options.timeout = base::Duration(500);
  auto clients = world.ask_all(2);
  world.pass(520);
  CHECK(world.front.answer(*clients[1]).status == 504);
  CHECK(world.front.rejected(Reason::kRouteTimeout) == 2);
  CHECK(world.waiting() == 0);
}

TEST_CASE("a drain answers those who wait, and ends with the last of them") {
  Full world;
  auto clients = world.ask_all(3);
  world.front.drain();
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(world.front.drained == 0);
    CHECK(world.answer_next() == std::to_string(i + 1));
    CHECK(world.front.answer(*clients[i]).field("Connection") == "close");
  }
  CHECK(world.front.drained == 1);
  CHECK(world.front.rejected() == 0);
}

TEST_CASE("what is cut at the end of a drain leaves the queue, and nobody is sent on") {
  Full world;
  auto clients = world.ask_all(3);
  world.front.drain();
  world.time.in_turn([&] { world.front.service().close_all(); });
  world.run();
  CHECK(world.waiting() == 0);
  CHECK(world.leases() == 0);
  CHECK(world.connects() == 1);
  CHECK(world.front.rejected(Reason::kShuttingDown) == 3);
}

TEST_CASE("a reload with a smaller queue lets those wait who do, and takes no more") {
  Full world(3);
  auto clients = world.ask_all(4);
  world.pool_options.queue.size = 1;
  world.reload();
  CHECK(world.waiting() == 3);
  CHECK(world.front.answer(world.ask(get("/app/5"))).status == 503);
  CHECK(world.front.rejected(Reason::kQueueFull) == 1);
  world.pool_options.queue.size = 0;
  world.reload();
  CHECK(world.front.answer(world.ask(get("/app/6"))).status == 503);
  CHECK(world.front.rejected(Reason::kEndpointsFull) == 1);
  for (const char* number : {"1", "2", "3", "4"}) CHECK(world.answer_next() == number);
  CHECK(world.front.rejected() == 2);
}

TEST_CASE("a reload that allows more sends on as many of those who wait") {
  Full world;
  auto clients = world.ask_all(5);
  world.pool_options.endpoints[0].max_conns = 3;
  world.reload();
  CHECK(world.waiting() == 2);
  CHECK(world.leases() == 3);
  world.pool_options.endpoints.emplace_back();
  world.reload();
  CHECK(world.waiting() == 0);
  CHECK(world.connects(1) == 2);
  CHECK(world.answer_next() == "1");
  CHECK(world.answer_next(0, 1) == "2");
  CHECK(world.answer_next(0, 2) == "3");
  CHECK(world.answer_next(1, 0) == "4");
  CHECK(world.answer_next(1, 1) == "5");
}

TEST_CASE("an endpoint that leaves takes its place along, and the others serve who waits") {
  Full world(10, 2);
  auto clients = world.ask_all(4);
  CHECK(world.waiting() == 2);
  world.pool_options.endpoints.pop_back();
  world.reload();
  CHECK(world.answer_next(1) == "2");
  CHECK(world.waiting() == 2);
  for (const char* number : {"1", "3", "4"}) CHECK(world.answer_next() == number);
}

TEST_CASE("when no endpoint is left those who wait are told at once") {
  Full world;
  auto clients = world.ask_all(3);
  world.pool_options.endpoints[0].down = true;
  world.reload();
  for (std::size_t i : {1U, 2U}) {
    memory::Answer answer = world.front.answer(*clients[i]);
    CHECK(answer.status == 503);
    CHECK(answer.field("Retry-After") == "10");
  }
  CHECK(world.front.rejected(Reason::kNoEndpoint) == 2);
  CHECK(world.answer_next() == "1");
}

TEST_CASE("an endpoint that comes up, or is put aside no longer, is for those who wait") {
  Full world(10, 2);
  world.build();
  SUBCASE("up") {
    world.endpoints[1]->set_health(upstream::Health::kDown);
    auto clients = world.ask_all(2);
    CHECK(world.waiting() == 1);
    world.time.in_turn([&] { world.endpoints[1]->set_health(upstream::Health::kUp); });
    world.run();
    CHECK(world.answer_next(1) == "2");
    CHECK(world.answer_next() == "1");
  }
  SUBCASE("put aside no longer") {
    base::Stamp now = world.time.now();
    world.endpoints[1]->put_aside(now, base::after(now, base::Duration(500)));
    auto clients = world.ask_all(2);
    CHECK(world.waiting() == 1);
    world.pass(510);
    CHECK(world.answer_next(1) == "2");
    CHECK(world.answer_next() == "1");
  }
}

TEST_CASE("a tunnel keeps its place for as long as it lasts") {
  Full world;
  world.pool_options.queue.timeout = base::Duration(0);
  auto& tunnel =
      world.ask(get("/app/",
                    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
  auto& waiting = world.ask(get("/app/2"));
  world.say(world.backend(),
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
  world.pass(60'000);
  CHECK(world.waiting() == 1);
  tunnel.reset();
  world.run();
  CHECK(world.answer_next(0, 1) == "2");
  CHECK(world.front.answer(waiting).body == "2");
}

}  // namespace weir::exchange
