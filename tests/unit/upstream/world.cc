#include "unit/upstream/world.h"

#include <utility>

namespace weir::upstream {

World::World(std::vector<EndpointOptions> all, unsigned workers) {
  pool_options.name = "app";
  pool_options.endpoints = std::move(all);
  observed = base::make_shared_ref<ObservedPool>("app", workers);
  std::uint16_t port = 9001;
  for (std::size_t i = 0; i < pool_options.endpoints.size(); ++i, ++port) {
    endpoints.push_back(base::make_shared_ref<Endpoint>(observed, memory::memory_address(port),
                                                        "127.0.0.1:" + std::to_string(port)));
  }
}

base::SharedRef<const EndpointSet> World::set() const {
  std::vector<Member> members;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const EndpointOptions& options = pool_options.endpoints[i];
    members.push_back(
        {endpoints[i], options.weight, options.max_conns, options.backup, options.down});
  }
  return base::make_shared_ref<const EndpointSet>(std::move(members));
}

Pool& World::make_pool() {
  pool = std::make_unique<Pool>(observed, 0, pool_options, set(), connections, time.now());
  return *pool;
}

EndpointSlot& World::slot(std::size_t index) {
  if (pool == nullptr) make_pool();
  return *pool->slots().at(index);
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
