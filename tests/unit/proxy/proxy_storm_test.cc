#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>
#include <random>

#include "stage.h"

namespace weir::proxy {

namespace {

constexpr std::size_t kBackends = 3;
constexpr std::size_t kClients = 6;

// Clients, backends and time do what they like, in an order that a seed gives.
class Storm {
 public:
  explicit Storm(unsigned seed) : random_(seed), stage_(kBackends) {
    stage_.options.retry.attempts = 1 + below(4);
    stage_.options.retry.replay_body = below(2) == 0 ? 64 * 1024 : 40;
    stage_.options.retry.on.statuses = {503};
    stage_.options.max_fails = below(3);
    if (below(3) == 0) stage_.options.retry.methods = upstream::RetryMethods::kAll;
    if (below(3) == 0) stage_.options.retry.per_try_timeout = base::Duration(2'000);
    if (below(2) == 0) stage_.proxy_options.timeout = base::Duration(5'000);
    if (below(3) == 0) stage_.connector.set_window(50, 100);
    if (below(2) == 0) {
      for (auto& endpoint : stage_.options.endpoints) endpoint.max_conns = below(3);
      stage_.options.queue.size = below(4);
    }
  }

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      one_step();
      check();
    }
    for (auto& client : clients_) client.reset();
    CHECK(stage_.in_flight() == 0);
  }

 private:
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }

  void one_step() {
    switch (below(8)) {
      case 0:
      case 1:
        return start(clients_[below(kClients)]);
      case 2:
        return upload(clients_[below(kClients)]);
      case 3:
        return read(clients_[below(kClients)]);
      case 4:
        return stage_.time.advance(base::Duration(1 << below(17)));
      case 5:
        return change_plan();
      default:
        return play_backend();
    }
  }

  void start(std::unique_ptr<Client>& client) {
    static const char* const kHeads[] = {
        "GET / HTTP/1.1\r\nHost: a\r\n", "HEAD / HTTP/1.1\r\nHost: a\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300\r\nExpect: 100-continue\r\n",
        "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"};
    client.reset();
    unsigned kind = below(4);
    client = std::make_unique<Client>(stage_, kHeads[kind], false);
    static const char* const kLeave[] = {"head", "body", "end", "fail", "interim"};
    if (below(4) == 0) client->leave_at = kLeave[below(5)];
    client->begin();
  }

  void upload(std::unique_ptr<Client>& client) {
    if (client == nullptr || client->over()) return;
    bool has_body = client->request().head.framing == http::Framing::kChunked ||
                    client->request().head.content_length > 0;
    if (!has_body || client->finished()) return;
    if (client->sent() < 300) {
      client->send(std::string(100, 'u'));
    } else {
      client->finish();
    }
  }

  void read(std::unique_ptr<Client>& client) {
    if (client == nullptr || client->over()) return;
    bool pause = below(2) == 0;
    client->flow = pause ? http::Flow::kPause : http::Flow::kGo;
    if (!pause) client->writable();
  }

  void change_plan() {
    static constexpr memory::Plan kPlans[] = {memory::Plan::kAccept, memory::Plan::kAccept,
                                              memory::Plan::kRefuse, memory::Plan::kHang,
                                              memory::Plan::kStarve};
    std::uint16_t port = Stage::port(below(kBackends));
    memory::Plan plan = kPlans[below(5)];
    stage_.connector.plan(port, plan);
    if (plan != memory::Plan::kHang) stage_.connector.settle(port, plan);
    stage_.network.run();
  }

  void play_backend() {
    static const char* const kPieces[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
        "0\r\n\r\n",
        "ab",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\n\r\n",
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 200",
        "nonsense\r\n\r\n"};
    std::size_t connects = stage_.connector.connects();
    if (connects == 0) return;
    // One of the latest, which are the likeliest to be in use.
    std::size_t back = 1 + below(6);
    memory::MemoryPeer& peer = stage_.connector.peer(connects - std::min(connects, back));
    if (peer.stream() == nullptr) return;
    if (peer.stream()->other() != nullptr && peer.stream()->other()->connecting()) return;
    unsigned what = below(16);
    if (what == 0) peer.close();
    if (what == 1) peer.reset();
    if (what == 2) peer.shut_down();
    if (what == 3) peer.stream()->pause();
    if (what == 4) peer.stream()->resume();
    if (what > 4) peer.send(kPieces[what - 5]);
    stage_.network.run();
  }

  void check() {
    std::size_t running = 0;
    for (const auto& client : clients_) {
      if (client != nullptr && !client->over()) ++running;
    }
    CHECK(stage_.in_flight() <= running);
  }

  std::mt19937 random_;
  Stage stage_;
  std::unique_ptr<Client> clients_[kClients];
};

}  // namespace

TEST_CASE("whatever clients and backends do, each is told one end at most and no lease is lost") {
  const char* given = std::getenv("WEIR_SEED");
  auto seed = given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                               : std::random_device{}();
  MESSAGE("seed (WEIR_SEED replays it): ", seed);
  for (unsigned i = 0; i < 300; ++i) {
    CAPTURE(i);
    Storm storm(seed + i);
    storm.run(100);
  }
}

}  // namespace weir::proxy
