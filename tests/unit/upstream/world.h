#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/arena.h"
#include "http/head_limits.h"
#include "support/memory/manual_time.h"
#include "support/memory/memory_connector.h"
#include "support/memory/memory_network.h"
#include "upstream/connections.h"
#include "upstream/pool.h"

namespace weir::upstream {

// A pool over backends in memory, its endpoints on ports 9001 and up.
struct World {
  explicit World(std::vector<EndpointOptions> endpoints = {EndpointOptions{}},
                 unsigned workers = 1);

  PoolOptions& options() { return pool_options; }
  // Makes the pool of the options as they are now.
  Pool& make_pool();
  // For tests that lease without picking; makes the pool if there is none.
  EndpointSlot& slot(std::size_t index);
  Endpoint& endpoint(std::size_t index) { return *endpoints.at(index); }
  EndpointStats& stats(std::size_t index) { return endpoint(index).stats(0); }
  PoolStats& stats() { return observed->stats(0); }

  memory::ManualTime time;
  memory::MemoryNetwork network{time.turns()};
  memory::MemoryConnector connector{network};
  PoolOptions pool_options;
  base::SharedRef<ObservedPool> observed;
  std::vector<base::SharedRef<Endpoint>> endpoints;
  [[nodiscard]] base::SharedRef<const EndpointSet> set() const;

  Connections connections{time.turns(), time.wheel(), connector};
  std::unique_ptr<Pool> pool;
};

// An exchange on a lease: writes down what it hears ("connected", "head 200", "body abc", "end",
// "failed reset", ...) and drops the lease inside the event that is named by drop_at.
class Exchange final : public ConnectionEvents {
 public:
  explicit Exchange(World& world) : world_(world) {}

  // Leases an idle connection, or connects, and begins a GET.
  void start(EndpointSlot& slot, http::Method method = http::Method::kGet);
  // Sends the request, in a turn.
  void send(base::Bytes bytes);
  void on_connected() override { hear("connected"); }
  void on_response(const http::ResponseHead& head) override;
  void on_response_body(base::Bytes bytes) override { hear("body " + std::string(bytes)); }
  void on_response_end(const http::Fields* trailers) override;
  void on_connection_writable() override { hear("writable"); }
  void on_connection_failed(FailureKind kind) override;

  Lease lease;
  std::vector<std::string> heard;
  std::string drop_at;  // the event in which the lease is dropped
  bool give_back_at_end = false;

 private:
  void hear(std::string event);

  World& world_;
  base::Arena arena_;
  http::HeadLimits limits_;
};

// Runs a whole exchange on the slot and gives the connection back. The connector's peer `peer`
// answers it.
void exchange(World& world, EndpointSlot& slot, memory::MemoryPeer& peer,
              base::Bytes answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
// The same over a connection that it makes.
memory::MemoryPeer& first_exchange(
    World& world, EndpointSlot& slot,
    base::Bytes answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

}  // namespace weir::upstream
