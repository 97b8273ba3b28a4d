// Upgrades and the tunnels they become, over a whole worker.

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "fixture.h"

namespace weir::exchange {

using http::Phase;
using http::Reason;
using server::CloseReason;

namespace {

const std::string kFields =
    "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: chat\r\n";
const std::string kSwitch =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n";

// What the client got behind the 101, which is taken off with it.
std::string behind_head(memory::MemoryPeer& client) {
  std::string all = client.take();
  auto end = all.find("\r\n\r\n");
  return end == std::string::npos ? "(no head)" : all.substr(end + 4);
}

// A worker with one open tunnel, nothing passed yet.
struct Tunnel {
  explicit Tunnel(std::size_t read_size = 64 * 1024) {
    world.network.set_read_size(read_size);
    client = &world.ask(get("/app/", kFields));
    backend = &world.backend();
    sent = backend->take();
    world.say(*backend, kSwitch);
    head = client->take();
  }
  [[nodiscard]] std::uint64_t open() const { return world.front.routes[0].tunnels.get(); }
  // Of the one exchange that ended.
  http::Record record() {
    REQUIRE(world.front.lines.size() == 1);
    return world.front.lines.front().record;
  }

  World world;
  memory::MemoryPeer* client;
  memory::MemoryPeer* backend;
  std::string sent;
  std::string head;
};

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("a WebSocket opens, passes bytes both ways and ends; it is counted and logged once") {
  for (std::size_t size : memory::kReadSizes) {
    Tunnel tunnel(size);
    CHECK(count(tunnel.sent, "Upgrade: websocket\r\nConnection: upgrade\r\n\r\n") == 1);
    CHECK(count(tunnel.sent, "pgrade") == 2);
    CHECK(count(tunnel.sent, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") == 1);
    CHECK(tunnel.head.starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
    CHECK(tunnel.head.ends_with("Upgrade: websocket\r\nConnection: upgrade\r\n\r\n"));
    CHECK(count(tunnel.head, "pgrade") == 2);
    CHECK(count(tunnel.head, "Sec-WebSocket-Protocol: chat\r\n") == 1);
    CHECK(count(tunnel.head, "Content-Length") + count(tunnel.head, "Transfer-Encoding") == 0);
    CHECK(tunnel.open() == 1);
    CHECK(tunnel.world.front.routes[0].in_flight.get() == 1);
    CHECK(tunnel.world.leases() == 1);
    tunnel.world.say(*tunnel.client, "GET / HTTP/1.1\r\n\r\n");
    CHECK(tunnel.backend->take() == "GET / HTTP/1.1\r\n\r\n");
    tunnel.world.say(*tunnel.backend, "HTTP/1.1 200 OK\r\n\r\n");
    CHECK(tunnel.client->take() == "HTTP/1.1 200 OK\r\n\r\n");
    tunnel.world.pass(5'000);
    CHECK(tunnel.world.front.lines.empty());
    tunnel.client->shut_down();
    tunnel.world.run();
    CHECK(tunnel.backend->ended());
    CHECK(tunnel.open() == 1);
    tunnel.backend->shut_down();
    tunnel.world.run();
    CHECK(tunnel.client->ended());
    CHECK_FALSE(tunnel.client->error().has_value());
    CHECK(tunnel.client->closed());
    CHECK(tunnel.backend->closed());
    CHECK(tunnel.open() == 0);
    http::Record record = tunnel.record();
    CHECK(record.status == 101);
    CHECK(record.reason == Reason::kNone);
    CHECK(record.last_try.status == 101);
    CHECK(record.last_try.received > 19);
    CHECK(record.body_bytes_out == 19);
    CHECK(record.bytes_out == 19 + tunnel.head.size());
    CHECK(record.bytes_in == get("/app/", kFields).size() + 18);
    CHECK(record.ended - record.started >= 5'000'000'000);
    CHECK(tunnel.world.front.codes(0, 101) == 1);
    CHECK(tunnel.world.front.closed(CloseReason::kFinished) == 1);
    CHECK(tunnel.world.front.rejected() + tunnel.world.front.timeouts() == 0);
    CHECK(tunnel.world.failures() == 0);
    CHECK(tunnel.world.idle() == 0);
  }
}

TEST_CASE("what came right behind either head belongs to the tunnel") {
  for (std::size_t size : memory::kReadSizes) {
    World world;
    world.network.set_read_size(size);
    auto& client = world.ask(get("/app/", kFields) + "early");
    CHECK(count(world.backend().take(), "early") == 0);
    world.say(client, "er");
    world.say(world.backend(), kSwitch + "hello");
    CHECK(behind_head(client) == "hello");
    CHECK(world.backend().take() == "earlyer");
    world.say(client, "late");
    CHECK(world.backend().take() == "late");
  }
}

TEST_CASE("a client that sent all it had and FIN before the 101 is heard to its end") {
  World world;
  auto& client = world.connect();
  client.send(get("/app/", kFields) + "all");
  client.shut_down();
  world.run();
  world.backend().take();
  world.say(world.backend(), kSwitch);
  CHECK(world.backend().take() == "all");
  CHECK(world.backend().ended());
  world.say(world.backend(), "answer");
  world.backend().shut_down();
  world.run();
  CHECK(behind_head(client) == "answer");
  CHECK(client.closed());
  CHECK(world.front.lines.at(0).record.reason == Reason::kNone);
}

TEST_CASE("more than what is kept early passes whole, behind a pause") {
  World world;
  world.connector.set_window(8 * 1024, 32 * 1024);
  std::string much(500'000, 'x');
  auto& client = world.ask(get("/app/", kFields));
  client.send(much);
  world.run();
  world.say(world.backend(), kSwitch);
  client.shut_down();
  world.run();
  std::string sent = world.backend().take();
  CHECK(sent.size() - sent.find("\r\n\r\n") - 4 == much.size());
  CHECK(world.backend().ended());
}

TEST_CASE("the backend's FIN is a half-close of the client's side, which may go on") {
  Tunnel tunnel;
  tunnel.world.say(*tunnel.backend, "last");
  tunnel.backend->shut_down();
  tunnel.world.run();
  CHECK(tunnel.client->take() == "last");
  CHECK(tunnel.client->ended());
  CHECK_FALSE(tunnel.client->closed());
  tunnel.world.say(*tunnel.client, "and more");
  CHECK(tunnel.backend->take() == "and more");
  tunnel.client->shut_down();
  tunnel.world.run();
  CHECK(tunnel.backend->ended());
  CHECK(tunnel.client->closed());
  CHECK(tunnel.record().reason == Reason::kNone);
}

TEST_CASE("an RST of either side is one for the other") {
  Tunnel left;
  left.client->reset();
  left.world.run();
  CHECK(left.backend->error() == net::StreamError::kReset);
  CHECK(left.record().status == 101);
  CHECK(left.record().reason == Reason::kClientClosed);
  CHECK(left.world.failures() == 0);
  Tunnel right;
  right.backend->reset();
  right.world.run();
  CHECK(right.client->error() == net::StreamError::kReset);
  CHECK(right.record().status == 101);
  CHECK(right.record().reason == Reason::kUpstreamCut);
  CHECK(right.world.front.rejected(Reason::kUpstreamCut) == 1);
  CHECK(right.world.all_available());
}

TEST_CASE("a tunnel without a byte for tunnel_idle ends by RST on both sides") {
  World world;
  world.front.options.timeouts.tunnel_idle = base::Duration(10'000);
  auto& client = world.ask(get("/app/", kFields));
  world.say(world.backend(), kSwitch);
  for (int i = 0; i < 3; ++i) {
    world.pass(9'000);
    world.say(client, "a");
    world.pass(9'000);
    world.say(world.backend(), "b");
  }
  world.pass(9'000);
  CHECK_FALSE(client.closed());
  world.pass(1'100);
  CHECK(client.error() == net::StreamError::kReset);
  CHECK(world.backend().error() == net::StreamError::kReset);
  CHECK(world.front.timeouts(Phase::kTunnelIdle) == 1);
  CHECK(world.front.lines.at(0).record.reason == Reason::kTunnelIdle);
  CHECK(world.front.lines.at(0).record.status == 101);
  CHECK(world.front.closed(CloseReason::kTimeout) == 1);
}

TEST_CASE("half of a tunnel has the same deadline, and none is a tunnel without end") {
  for (bool client_first : {true, false}) {
    World world;
    world.front.options.timeouts.tunnel_idle = base::Duration(10'000);
    auto& client = world.ask(get("/app/", kFields));
    world.say(world.backend(), kSwitch);
    (client_first ? client : world.backend()).shut_down();
    world.run();
    world.pass(9'000);
    CHECK_FALSE(client.closed());
    world.pass(1'100);
    CHECK(client.closed());
    CHECK(world.front.timeouts(Phase::kTunnelIdle) == 1);
  }
  World world;
  world.front.options.timeouts.tunnel_idle = base::Duration(0);
  auto& client = world.ask(get("/app/", kFields));
  world.say(world.backend(), kSwitch);
  world.pass(30 * 86'400'000LL);
  CHECK_FALSE(client.closed());
}

TEST_CASE("no deadline of client, upstream or route reaches into a tunnel") {
  World world;
  world.proxy_options.timeout = base::Duration(2'000);
  world.front.window = 1'000;
  auto& client = world.ask(get("/app/", kFields));
  world.say(world.backend(), "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n");
  client.stream()->pause();
  world.say(world.backend(), kSwitch + std::string(5'000, '#'));
  // The client does not read, the backend does not speak.
  world.pass(1'000'000);
  CHECK_FALSE(client.closed());
  client.stream()->resume();
  world.run();
  CHECK(count(client.take(), "#") == 5'000);
  CHECK(world.front.timeouts() == 0);
}

TEST_CASE("a side that does not keep up pauses the other one, and nothing is lost") {
  World world;
  world.front.window = 8 * 1024;
  world.front.options.limits.buffer_per_stream = 32 * 1024;
  world.connector.set_window(8 * 1024, 32 * 1024);
  world.network.set_read_size(4 * 1024);
  auto& client = world.ask(get("/app/", kFields));
  auto& backend = world.backend();
  world.say(backend, kSwitch);
  client.take();
  backend.take();
  client.stream()->pause();
  backend.send(std::string(1'000'000, 'd'));
  world.run();
  CHECK(backend.stream()->other()->inbox() > 900'000);
  client.stream()->resume();
  world.run();
  CHECK(client.take().size() == 1'000'000);
  backend.stream()->pause();
  client.send(std::string(1'000'000, 'u'));
  world.run();
  CHECK(client.stream()->other()->inbox() > 900'000);
  backend.stream()->resume();
  world.run();
  CHECK(backend.take().size() == 1'000'000);
}

TEST_CASE("a tunnel that ended in order has given all of its bytes to a slow client") {
  World world;
  world.front.window = 1'000;
  auto& client = world.ask(get("/app/", kFields));
  auto& backend = world.backend();
  world.say(backend, kSwitch);
  client.shut_down();
  client.stream()->pause();
  backend.send(std::string(20'000, 'x'));
  backend.shut_down();
  world.run();
  CHECK(world.leases() == 0);
  client.stream()->resume();
  world.run();
  CHECK(behind_head(client).size() == 20'000);
  CHECK(client.ended());
  CHECK_FALSE(client.error().has_value());
}

TEST_CASE("a tunnel lives in a drain until it ends by itself, or is cut at the drain's end") {
  for (bool cut : {false, true}) {
    Tunnel tunnel;
    tunnel.world.front.drain();
    tunnel.world.say(*tunnel.client, "on");
    CHECK(tunnel.backend->take() == "on");
    CHECK(tunnel.world.front.drained == 0);
    if (cut) {
      tunnel.world.time.in_turn([&] { tunnel.world.front.service().close_all(); });
    } else {
      tunnel.client->shut_down();
      tunnel.backend->shut_down();
    }
    tunnel.world.run();
    CHECK(tunnel.world.front.drained == 1);
    CHECK((tunnel.client->error() == net::StreamError::kReset) == cut);
    CHECK((tunnel.backend->error() == net::StreamError::kReset) == cut);
    CHECK(tunnel.record().reason == (cut ? Reason::kShuttingDown : Reason::kNone));
    CHECK(tunnel.open() == 0);
  }
}

TEST_CASE("a backend that refuses the upgrade answers as usual, and both connections go on") {
  World world;
  auto& client = world.ask(get("/app/", kFields));
  world.say(world.backend(), "HTTP/1.1 401 No\r\nContent-Length: 2\r\nUpgrade: x\r\n\r\nno");
  auto refused = world.front.answer(client);
  CHECK(refused.status == 401);
  CHECK(refused.body == "no");
  CHECK(refused.field("Upgrade") == "(none)");
  CHECK(refused.field("Connection") == "(none)");
  world.say(client, get("/app/", kFields));
  CHECK(world.connects() == 1);
  world.say(world.backend(), kSwitch);
  CHECK(client.take().starts_with("HTTP/1.1 101 "));
}

TEST_CASE("another protocol, no Connection or an old version asks for nothing") {
  std::string bare = kFields.substr(kFields.find("Upgrade:"));
  for (const std::string& ask :
       {get("/app/", "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n"),
        get("/app/", "Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n"), get("/app/", bare),
        "GET /app/ HTTP/1.0\r\nHost: a\r\n" + kFields + "\r\n"}) {
    World world;
    auto& client = world.ask(ask);
    CHECK(count(world.backend().take(), "pgrade") == 0);
    world.say(world.backend(), kSwitch);
    CHECK(world.front.answer(client).status == 502);
    CHECK(world.backend().closed());
  }
}

TEST_CASE("a route that does not forward does not upgrade") {
  World world;
  auto& client = world.ask(get("/fixed", kFields));
  CHECK(world.front.answer(client).status == 200);
}

TEST_CASE("a wrong handshake is refused with its reason, and reaches no backend") {
  std::string other = kFields;
  other.replace(other.find(": 13"), 4, ": 8");
  std::string bad = kFields;
  bad.replace(bad.find("dGhl"), 4, "____");
  World world;
  auto& client = world.ask(get("/app/", other));
  auto answer = world.front.answer(client);
  CHECK(answer.status == 426);
  CHECK(answer.field("Sec-WebSocket-Version") == "13");
  CHECK(answer.field("Upgrade") == "websocket");
  CHECK(answer.field("Connection") == "upgrade");
  world.say(client, get("/app/", bad));
  answer = world.front.answer(client);
  CHECK(answer.status == 400);
  CHECK(answer.field("Upgrade") == "(none)");
  world.say(client, post(2, kFields) + "ab");
  CHECK(world.front.answer(client).status == 400);
  CHECK(world.connects() == 0);
  CHECK(world.front.rejected(Reason::kUpgradeVersion) == 1);
  CHECK(world.front.rejected(Reason::kBadUpgrade) == 2);
  // And all of it on one connection, which goes on.
  world.say(client, get("/fixed"));
  CHECK(world.front.answer(client).status == 200);
}

TEST_CASE("before the 101 an upgrade fails over as any GET, behind it nothing is tried again") {
  World world(2);
  auto& client = world.ask(get("/app/", kFields));
  world.backend(0).reset();
  world.run();
  world.say(world.backend(1), kSwitch);
  CHECK(client.take().starts_with("HTTP/1.1 101 "));
  CHECK(world.retries(upstream::FailureKind::kReset) == 1);
  world.backend(1).reset();
  world.run();
  CHECK(client.error() == net::StreamError::kReset);
  CHECK(world.connects(0) + world.connects(1) == 2);
}

TEST_CASE("any bytes pass through a tunnel unchanged, however they are cut, in both directions") {
  std::mt19937 random(20'240'917);
  for (int round = 0; round < 60; ++round) {
    World world;
    world.front.window = 1 + random() % 5'000;
    world.front.options.limits.buffer_per_stream = 1 + random() % 20'000;
    world.connector.set_window(1 + random() % 5'000, 1 + random() % 20'000);
    world.network.set_read_size(1 + random() % 3'000);
    std::string up;
    std::string down;
    auto piece = [&](std::string& all) {
      std::string made(random() % 4'000, '\0');
      for (char& c : made) c = static_cast<char>(random());
      all += made;
      return made;
    };
    auto& client = world.ask(get("/app/", kFields) + piece(up));
    auto& backend = world.backend();
    backend.send(kSwitch + piece(down));
    bool client_done = false;
    bool backend_done = false;
    for (int step = 0; step < 200 && !(client_done && backend_done); ++step) {
      if (!client_done && random() % 2 == 0) client.send(piece(up));
      if (!backend_done && random() % 2 == 0) backend.send(piece(down));
      if (!client_done && random() % 40 == 0) {
        client.shut_down();
        client_done = true;
      }
      if (!backend_done && random() % 40 == 0) {
        backend.shut_down();
        backend_done = true;
      }
      for (auto left = random() % 10; left > 0; --left) world.network.run_once();
    }
    if (!client_done) client.shut_down();
    if (!backend_done) backend.shut_down();
    world.run();
    std::string sent = backend.take();
    REQUIRE(sent.substr(sent.find("\r\n\r\n") + 4) == up);
    REQUIRE(behind_head(client) == down);
    REQUIRE(client.closed());
    REQUIRE(backend.closed());
    REQUIRE_FALSE(client.error().has_value());
    REQUIRE_FALSE(backend.error().has_value());
    REQUIRE(world.front.lines.at(0).record.reason == Reason::kNone);
  }
}

}  // namespace weir::exchange
