#include "fixture.h"

namespace weir::exchange {

namespace {

respond::FixedOptions hello() {
  respond::FixedOptions options;
  options.status = 200;
  options.body = "hello";
  return options;
}

}  // namespace

World::World(std::size_t backends) : fixed(hello()) {
  pool_options.name = "pool";
  for (std::size_t i = 0; i < backends; ++i) pool_options.endpoints.emplace_back();
}

World::~World() {
  front.close();
  // No lease outlives the sessions.
  CHECK(leases() == 0);
  time.in_turn([this] { connections.close_idle(); });
  network.run();
  for (const auto& one : endpoints) {
    CHECK(one->stats(0).connections_active.get() == 0);
    CHECK(one->stats(0).connections_idle.get() == 0);
    CHECK(one->load() == 0);
  }
  CHECK(connector.open() == 0);
  if (pool != nullptr) {
    CHECK(waiting() == 0);
    CHECK(observed->board().waiting() == 0);
  }
}

void World::build() {
  observed = base::make_shared_ref<upstream::ObservedPool>(pool_options.name, 1U);
  pool =
      std::make_unique<upstream::Pool>(observed, 0, pool_options, set(), connections, time.now());
  handler = std::make_unique<proxy::ProxyHandler>(*pool, pool_options, proxy_options, time.turns(),
                                                  time.wheel(), http::HeadLimits());
  front.add_route({"app", {}, "/app/", {}}, *handler, true);
  front.add_route({"small", {}, "/small/", {}}, *handler, true, 10);
  front.add_route({"fixed", {}, "= /fixed", {}}, fixed);
}

base::SharedRef<const upstream::EndpointSet> World::set() {
  std::vector<upstream::Member> members;
  for (std::size_t i = 0; i < pool_options.endpoints.size(); ++i) {
    const upstream::EndpointOptions& options = pool_options.endpoints[i];
    if (i == endpoints.size()) {
      endpoints.push_back(base::make_shared_ref<upstream::Endpoint>(
          observed, memory::memory_address(port(i)), "127.0.0.1:" + std::to_string(port(i))));
    }
    members.push_back(
        {endpoints[i], options.weight, options.max_conns, options.backup, options.down});
  }
  return base::make_shared_ref<const upstream::EndpointSet>(std::move(members));
}

void World::reload() {
  time.in_turn([this] {
    pool->configure(pool_options, time.now());
    pool->apply(set());
  });
  network.run();
}

memory::MemoryPeer& World::connect(const std::string& ip) {
  if (pool == nullptr) build();
  return front.connect(ip);
}

memory::MemoryPeer& World::ask(base::Bytes bytes) {
  memory::MemoryPeer& client = connect();
  say(client, bytes);
  return client;
}

void World::say(memory::MemoryPeer& peer, base::Bytes bytes) {
  peer.send(bytes);
  network.run();
}

void World::pass(std::int64_t ms) {
  time.advance(base::Duration(ms));
  network.run();
}

memory::MemoryPeer& World::backend(std::size_t number, std::size_t index) {
  REQUIRE(connects(number) > index);
  return connector.peer(port(number), index);
}

std::size_t World::connects(std::size_t number) const { return connector.connects(port(number)); }

memory::MemoryPeer& World::warm_up() {
  memory::MemoryPeer& client = ask(get());
  memory::MemoryPeer& peer = backend();
  say(peer, ok(""));
  REQUIRE(front.answer(client).status == 200);
  REQUIRE(idle() == 1);
  peer.take();
  client.close();
  network.run();
  return peer;
}

std::uint64_t World::failures(upstream::FailureKind kind) const {
  return observed->stats(0).failures[static_cast<std::size_t>(kind)].get();
}

std::uint64_t World::retries(upstream::FailureKind kind) const {
  return observed->stats(0).retries[static_cast<std::size_t>(kind)].get();
}

std::uint64_t World::failures() const {
  std::uint64_t sum = 0;
  for (const auto& one : observed->stats(0).failures) sum += one.get();
  return sum;
}

std::uint64_t World::leases() const {
  std::uint64_t sum = 0;
  for (const auto& one : endpoints) sum += one->stats(0).in_flight.get();
  return sum;
}

bool World::all_available() {
  for (auto& endpoint : endpoints) {
    if (endpoint->ejected(time.now())) return false;
  }
  return true;
}

std::string get(const std::string& path, const std::string& fields) {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

std::string post(std::size_t length, const std::string& fields) {
  return "POST /app/ HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) + "\r\n" +
         fields + "\r\n";
}

std::string chunked_post(const std::string& path) {
  return "POST " + path + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
}

std::string ok(const std::string& body, const std::string& fields) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields +
         "\r\n" + body;
}

}  // namespace weir::exchange
