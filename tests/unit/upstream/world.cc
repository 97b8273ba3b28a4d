#include "unit/upstream/world.h"

#include <utility>

namespace weir::upstream {

World::World(std::vector<EndpointOptions> all) {
  pool_options.name = "app";
  pool_options.endpoints = std::move(all);
  std::uint16_t port = 9001;
  for (const auto& options : pool_options.endpoints) {
    endpoints.push_back(base::make_shared_ref<Endpoint>(
        options, memory::memory_address(port), "127.0.0.1:" + std::to_string(port),
        pool_options.max_fails, pool_options.fail_timeout));
    endpoint_stats.push_back(std::make_unique<EndpointStats>());
    slots.push_back(std::make_unique<EndpointSlot>(endpoints.back(), *endpoint_stats.back(),
                                                   pool_stats, pool_options));
    ++port;
  }
}

Pool& World::make_pool() {
  std::vector<EndpointStats*> stats_of;
  for (auto& stats : endpoint_stats) stats_of.push_back(stats.get());
  pool = std::make_unique<Pool>(pool_options, endpoints, stats_of, pool_stats, connections, 1U,
                                time.now());
  return *pool;
}

void Exchange::start(EndpointSlot& slot, http::Method method) {
  world_.time.in_turn([&] {
    lease = world_.connections.try_acquire(slot);
    if (!lease) lease = world_.connections.connect(slot);
    lease->begin(method, arena_, limits_, *this);
  });
}

void Exchange::send(base::Bytes bytes) {
  world_.time.in_turn([&] { lease->write(bytes); });
}

void Exchange::on_response(const http::ResponseHead& head) {
  hear("head " + std::to_string(head.status));
}

void Exchange::on_response_end(const http::Fields* trailers) {
  if (give_back_at_end) lease.give_back();
  hear(trailers == nullptr ? "end" : "end with trailers");
}

void Exchange::on_connection_failed(FailureKind kind) {
  hear("failed " + std::string(text_of(kind)));
}

void Exchange::hear(std::string event) {
  bool drop = event == drop_at;
  heard.push_back(std::move(event));
  if (drop) lease.drop();
}

void exchange(World& world, EndpointSlot& slot, memory::MemoryPeer& peer, base::Bytes answer) {
  Exchange one(world);
  one.give_back_at_end = true;
  one.start(slot);
  world.network.run();
  one.send("GET / HTTP/1.1\r\n\r\n");
  world.network.run();
  peer.send(answer);
  world.network.run();
}

memory::MemoryPeer& first_exchange(World& world, EndpointSlot& slot, base::Bytes answer) {
  Exchange one(world);
  one.give_back_at_end = true;
  world.time.in_turn([&] { one.lease = world.connections.connect(slot); });
  Exchange* self = &one;
  base::Arena arena;
  http::HeadLimits limits;
  world.time.in_turn([&] { one.lease->begin(http::Method::kGet, arena, limits, *self); });
  world.network.run();
  one.send("GET / HTTP/1.1\r\n\r\n");
  world.network.run();
  memory::MemoryPeer& peer = world.connector.last();
  peer.send(answer);
  world.network.run();
  return peer;
}

}  // namespace weir::upstream
