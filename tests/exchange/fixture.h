#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proxy/proxy_handler.h"
#include "respond/fixed_answer.h"
#include "support/memory/front.h"
#include "support/memory/memory_connector.h"
#include "upstream/connections.h"
#include "upstream/pool.h"

namespace weir::exchange {

// A worker in memory: sessions, router, proxy and pool, over streams and time that the test turns.
// Routes: 0 "/app/" and 1 "/small/" (bodies of 10 bytes at most) go to the pool, 2 "= /fixed" is
// answered "hello". Backends are played by the test; their ports are 9001 and up.
struct World {
  explicit World(std::size_t backends = 1);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Makes pool and routes of the options as they are now. The first connect() does it.
  void build();
  // Endpoints as pool_options has them now; those that were there are the same.
  [[nodiscard]] base::SharedRef<const upstream::EndpointSet> set();
  // The pool takes up pool_options as they are now, with all that follows from it.
  void reload();

  // A client connects.
  memory::MemoryPeer& connect(const std::string& ip = "192.0.2.1");
  // A client connects and sends this; everything that follows from it happens.
  memory::MemoryPeer& ask(base::Bytes bytes);
  // One end sends, and everything that follows from it happens.
  void say(memory::MemoryPeer& peer, base::Bytes bytes);
  // Time passes, and what is due happens.
  void pass(std::int64_t ms);
  void run() { network.run(); }

  // The connection number `index` that was made to a backend, both from 0.
  memory::MemoryPeer& backend(std::size_t number = 0, std::size_t index = 0);
  [[nodiscard]] std::size_t connects(std::size_t number = 0) const;
  static std::uint16_t port(std::size_t number) {
    return static_cast<std::uint16_t>(9001 + number);
  }
  // Makes an idle connection to the first backend, by one whole exchange.
  memory::MemoryPeer& warm_up();

  [[nodiscard]] std::uint64_t failures(upstream::FailureKind kind) const;
  [[nodiscard]] std::uint64_t retries(upstream::FailureKind kind) const;
  // Over all kinds and endpoints.
  [[nodiscard]] std::uint64_t failures() const;
  [[nodiscard]] std::uint64_t leases() const;
  // Exchanges that wait in the pool's queue.
  [[nodiscard]] std::uint64_t waiting() const { return observed->stats(0).queue_length.get(); }
  [[nodiscard]] std::uint64_t idle() const { return connections.idle_total(); }
  // No endpoint is put aside.
  [[nodiscard]] bool all_available();

  memory::ManualTime time;
  memory::MemoryNetwork network{time.turns()};
  memory::MemoryConnector connector{network};
  upstream::Connections connections{time.turns(), time.wheel(), connector};
  upstream::PoolOptions pool_options;
  proxy::ProxyOptions proxy_options;
  base::SharedRef<upstream::ObservedPool> observed;
  std::vector<base::SharedRef<upstream::Endpoint>> endpoints;
  std::unique_ptr<upstream::Pool> pool;
  std::unique_ptr<proxy::ProxyHandler> handler;
  respond::FixedAnswer fixed;
  memory::Front front{time, network};
};

// Requests and answers as they are on the wire.
std::string get(const std::string& path = "/app/", const std::string& fields = "");
// With Content-Length, without the body.
std::string post(std::size_t length, const std::string& fields = "");
std::string chunked_post(const std::string& path = "/app/");
// An answer with Content-Length and this body.
std::string ok(const std::string& body, const std::string& fields = "");
// The head of a chunked answer.
inline const std::string kChunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

}  // namespace weir::exchange
