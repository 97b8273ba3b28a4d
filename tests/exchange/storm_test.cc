// Clients, backends, endpoints and time at random, from a seed: whatever happens, every request
// that was answered was answered rightly and in order, the books are right at the end (World and
// Front see to that when they go), and who comes behind the storm is served.

#include <doctest/doctest.h>

#include <deque>

#include "fixture.h"
#include "support/seeds.h"

namespace weir::exchange {

namespace {

constexpr std::size_t kBackends = 3;

class Storm {
 public:
  explicit Storm(std::uint64_t seed) : dice_(seed), world_(kBackends) {
    world_.front.options.limits.buffer_per_stream = 2'000;
    world_.front.options.limits.requests_per_connection = chance(2) ? 7 : 10'000;
    world_.front.options.half_close =
        chance(2) ? server::HalfClose::kAbort : server::HalfClose::kFinish;
    world_.proxy_options.timeout = base::Duration(chance(3) ? 20'000 : 0);
    world_.pool_options.retry.on.statuses = {503};
    world_.pool_options.retry.per_try_timeout = base::Duration(chance(3) ? 10'000 : 0);
    world_.pool_options.balance.by = static_cast<upstream::BalanceBy>(below(5));
    world_.pool_options.balance.key = http::Template::compile("$uri").value();
    world_.pool_options.balance.bounded_percent = chance(2) ? 125 : 0;
    world_.pool_options.max_fails = static_cast<unsigned>(below(4));
    for (auto& endpoint : world_.pool_options.endpoints) {
      endpoint.max_conns = static_cast<unsigned>(chance(2) ? below(4) : 0);
      endpoint.weight = static_cast<unsigned>(1 + below(3));
      endpoint.backup = chance(4);
    }
    world_.pool_options.queue.size = static_cast<unsigned>(chance(2) ? below(5) : 0);
    world_.pool_options.queue.timeout = base::Duration(chance(4) ? 0 : 2'000);
    world_.connector.set_window(1'000, 2'000);
    world_.network.set_read_size(chance(2) ? 3 : 64 * 1024);
  }

  void blow(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      if (chance(2)) world_.network.run_once();
      if (chance(3)) world_.run();
      check();
    }
    chance(2) ? drain() : serve();
    for (Client& client : clients_) check_answers(client);
  }
  // Answers of backends that came to clients whole.
  [[nodiscard]] std::size_t passed() const { return passed_; }

 private:
  struct Client {
    memory::MemoryPeer* peer;
    std::size_t asked = 0;
    std::string todo;  // of a request that is being sent
  };

  bool chance(std::size_t of) { return dice_.chance(of); }
  std::size_t below(std::size_t bound) { return dice_.below(bound); }

  void step() {
    switch (below(9)) {
      case 0:
      case 1:
        return ask();
      case 2:
        return go_on_asking();
      case 3:
      case 4:
      case 5:
        return answer();
      case 6:
        return leave();
      case 7:
        return world_.time.advance(base::Duration(below(chance(20) ? 40'000 : 500)));
      default:
        if (world_.pool != nullptr && chance(6)) return reload();
        return chance(2) ? turn_tap() : plan();
    }
  }

  void ask() {
    if (clients_.empty() || chance(4)) {
      world_.front.window = chance(2) ? 500 : SIZE_MAX;
      clients_.push_back({&world_.connect(), 0, ""});
    }
    Client& client = clients_[below(clients_.size())];
    if (client.peer->stream() == nullptr) return;
    for (std::size_t i = 0; i <= below(3); ++i) client.todo += request(client.asked++);
    go_on(client);
  }

  // The answer must hold the number, so that a mix-up shows.
  std::string request(std::size_t number) {
    std::string path = "/app/" + std::to_string(number);
    std::string body(below(3'000), 'x');
    switch (below(6)) {
      case 0:
        return get("/fixed");
      case 1:
        return "PUT " + path +
               " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
      case 2:
        return body.empty() ? get(path)
                            : chunked_post(path) + "1\r\nx\r\n" + hex(body.size()) + "\r\n" + body +
                                  "\r\n0\r\n\r\n";
      case 3:
        return chance(4) ? "GET " + path + " HTTP/1.0\r\n\r\n" : get("/nowhere");
      case 4:
        return chance(6) ? "GET\r\n\r\n" : get(path, "Expect: 100-continue\r\n");
      default:
        return get(path);
    }
  }

  static std::string hex(std::size_t value) {
    std::string text;
    for (; value > 0; value >>= 4) text.insert(text.begin(), "0123456789abcdef"[value & 15]);
    return text;
  }

  void go_on_asking() {
    for (Client& client : clients_) go_on(client);
  }

  void go_on(Client& client) {
    if (client.peer->stream() == nullptr || client.todo.empty()) return;
    std::size_t size = 1 + below(client.todo.size());
    client.peer->send(client.todo.substr(0, size));
    client.todo.erase(0, size);
  }

  void answer() {
    if (world_.connector.connects() == 0) return;
    memory::MemoryPeer& peer = world_.connector.peer(below(world_.connector.connects()));
    if (peer.stream() == nullptr || peer.closed() || peer.received().empty()) return;
    auto begin = peer.received().rfind("/app/");
    if (begin == std::string::npos) return;
    if (peer.received().find("\r\n\r\n", begin) == std::string::npos) return;
    // Each request is answered once; a second answer would be taken for that to the next one.
    std::string number =
        peer.received().substr(begin + 5, peer.received().find(' ', begin) - begin - 5);
    std::string told = "X-Number: " + number + "\r\n";
    switch (below(10)) {
      case 0:
        return peer.close();
      case 1:
        return peer.reset();
      case 2:
        return peer.send("HTTP/1.1 103 Early\r\n\r\n");
      case 3:
        return peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + told + "\r\n");
      case 4:
        return peer.send("1\r\nx\r\n");
      case 5:
        peer.take();
        return peer.send("0\r\n\r\n");
      case 6:
        peer.take();
        return peer.send("HTTP/1.1 503 Busy\r\nContent-Length: 1\r\n" + told + "\r\nb");
      default:
        peer.take();
        return peer.send(ok(number, told));
    }
  }

  void leave() {
    if (clients_.empty() || chance(2)) return;
    memory::MemoryPeer& peer = *clients_[below(clients_.size())].peer;
    if (peer.stream() == nullptr) return;
    if (chance(3)) return peer.shut_down();
    if (chance(3)) return peer.reset();
    if (chance(3)) peer.close();
  }

  // Somebody stops reading, or goes on.
  void turn_tap() {
    bool client = !clients_.empty() && chance(2);
    if (!client && world_.connector.connects() == 0) return;
    memory::MemoryPeer& peer = client ? *clients_[below(clients_.size())].peer
                                      : world_.connector.peer(below(world_.connector.connects()));
    if (peer.stream() == nullptr) return;
    chance(3) ? peer.stream()->pause() : peer.stream()->resume();
  }

  void plan() {
    std::uint16_t port = World::port(below(kBackends));
    constexpr memory::Plan kPlans[] = {memory::Plan::kAccept, memory::Plan::kAccept,
                                       memory::Plan::kRefuse, memory::Plan::kHang,
                                       memory::Plan::kStarve};
    memory::Plan chosen = kPlans[below(5)];
    world_.connector.plan(port, chosen);
    if (chosen == memory::Plan::kAccept) world_.connector.settle(port, chosen);
  }

  // Other endpoints, other options, or a probe's verdict.
  void reload() {
    if (chance(3)) {
      world_.pool_options.max_fails = static_cast<unsigned>(below(4));
      world_.pool_options.keepalive.idle = static_cast<unsigned>(below(3));
      return world_.pool->configure(world_.pool_options, world_.time.now());
    }
    if (chance(3)) {
      upstream::Endpoint& endpoint = *world_.endpoints[below(kBackends)];
      return endpoint.set_health(chance(3) ? upstream::Health::kDown : upstream::Health::kUp);
    }
    apply([this](upstream::Member& member) {
      member.weight = static_cast<unsigned>(1 + below(3));
      member.max_conns = static_cast<unsigned>(chance(2) ? below(4) : 0);
      member.backup = chance(4);
      return !chance(4);
    });
  }

  // A set of those endpoints that `shape` says yes to.
  template <class Shape>
  void apply(Shape shape) {
    std::vector<upstream::Member> members;
    for (const auto& endpoint : world_.endpoints) {
      upstream::Member member{endpoint};
      if (shape(member)) members.push_back(std::move(member));
    }
    world_.time.in_turn([&] {
      world_.pool->apply(base::make_shared_ref<const upstream::EndpointSet>(std::move(members)));
    });
  }

  void check() {
    CHECK(world_.front.listener.active.get() <= world_.front.listener.open.get());
    CHECK(world_.leases() <= world_.front.listener.active.get());
    CHECK(world_.front.routes[0].in_flight.get() >= world_.leases());
    for (const Client& client : clients_) {
      memory::MemoryStream* ours = client.peer->closed() ? nullptr : client.peer->stream()->other();
      if (ours != nullptr) CHECK(ours->queued() < 2'000 + 3 * 64 * 1024);
    }
  }

  // In order, none twice, none made up; only the last may be cut.
  void check_answers(Client& client) {
    auto answers = memory::read_answers(client.peer->received(), http::Method::kGet, true);
    std::size_t finals = 0;
    std::size_t least = 0;
    for (const auto& answer : answers) {
      bool last = &answer == &answers.back();
      CHECK((answer.whole || last));
      CHECK((answer.status != 0 || last));
      if (answer.status >= 200) ++finals;
      std::string number = answer.field("X-Number");
      if (number == "(none)") continue;
      CHECK(std::stoul(number) >= least);
      least = std::stoul(number) + 1;
      if (answer.whole) ++passed_;
      if (answer.whole && answer.field("Content-Length") != "(none)" && answer.status == 200) {
        CHECK(answer.body == number);
      }
    }
    // A 408 comes for a request that has not come whole.
    CHECK(finals <= client.asked);
    CHECK(least <= client.asked);
  }

  void drain() {
    world_.front.drain();
    world_.pass(30'000);
    world_.time.in_turn([this] { world_.front.service().close_all(); });
    world_.run();
    CHECK(world_.front.drained == 1);
  }

  // The storm is over and all backends are well: who comes now is answered.
  void serve() {
    if (world_.pool == nullptr) return;
    world_.front.window = SIZE_MAX;
    apply([](upstream::Member&) { return true; });
    for (std::size_t i = 0; i < kBackends; ++i) {
      world_.endpoints[i]->set_health(upstream::Health::kUp);
      world_.endpoints[i]->readmit();
      world_.connector.plan(World::port(i), memory::Plan::kAccept);
      world_.connector.settle(World::port(i), memory::Plan::kAccept);
    }
    for (std::size_t i = 0; i < world_.connector.connects(); ++i) {
      memory::MemoryPeer& peer = world_.connector.peer(i);
      if (peer.stream() == nullptr) continue;
      peer.take();
      peer.stream()->resume();
    }
    world_.run();
    memory::MemoryPeer& client = world_.ask(get("/app/last"));
    for (std::size_t i = 0; i < world_.connector.connects(); ++i) {
      memory::MemoryPeer& peer = world_.connector.peer(i);
      if (peer.stream() != nullptr && peer.received().find("/app/last ") != std::string::npos) {
        world_.say(peer, ok("last"));
      }
    }
    CHECK(world_.front.answer(client).body == "last");
  }

  support::Dice dice_;
  World world_;
  std::deque<Client> clients_;
  std::size_t passed_ = 0;
};

}  // namespace

TEST_CASE("whatever happens, no exchange is lost, told twice or left behind") {
  std::size_t passed = 0;
  std::size_t storms = support::over_seeds("exchanges", 60, [&](std::uint64_t seed) {
    Storm storm(seed);
    storm.blow(1'000);
    passed += storm.passed();
  });
  // It was no calm; a single one, that is replayed, may be.
  CHECK((storms == 1 || passed > 3 * storms));
}

}  // namespace weir::exchange
