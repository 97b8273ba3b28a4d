#include "app/snapshot.h"

#include <doctest/doctest.h>

#include <deque>
#include <set>
#include <string>

#include "app/counters.h"
#include "app/live_pools.h"
#include "cache/cache_handler.h"
#include "cache/purge_handler.h"
#include "config/load.h"
#include "net/loop.h"
#include "net/mailbox.h"
#include "net/socket_stream.h"
#include "proxy/proxy_handler.h"
#include "respond/fixed_answer.h"
#include "respond/redirect.h"
#include "upstream/connections.h"

namespace weir::app {

namespace {

struct Deaf final : LivePoolsEvents {
  void on_endpoints(const SharedPool&) override {}
  void on_names_settled() override {}
};

// As a process of one worker builds it; names are waited for, which are those of /etc/hosts.
base::Result<base::SharedRef<Snapshot>> build(const std::string& text,
                                              const Snapshot* before = nullptr) {
  config::Loaded loaded = config::load_text("weir.yaml", text);
  REQUIRE_MESSAGE(loaded.config, loaded.errors);
  net::Loop loop;
  net::Mailbox alive(loop);
  observe::ErrorLog errors;
  Deaf deaf;
  LivePools pools(loop, errors, deaf);
  pools.look_up(*loaded.config);
  while (!pools.settled()) loop.run_once();
  auto built = pools.build(loaded.config->upstreams, 1);
  return Snapshot::build(std::move(*loaded.config), std::move(built), 1, before);
}

constexpr const char* kGateway =
    "listen: 8080\n"
    "upstreams:\n"
    "  users: [\"127.0.0.1:9001\", \"127.0.0.1:9002\"]\n"
    "  orders: {endpoints: [{address: \"127.0.0.1:9003\", weight: 7, backup: on}], max_fails: 9}\n"
    "routes:\n"
    "  - {name: orders, path: /orders/, upstream: orders, timeout: 3s}\n"
    "  - {name: users, path: /users/, upstream: users}\n"
    "  - {name: hello, path: \"= /hello\", respond: {status: 200, body: \"hello\"}}\n"
    "  - {name: away, path: \"= /away\", redirect: {to: \"http://a/\"}}\n";

// The pools of one worker, as it makes them of a snapshot.
struct WorkerPools {
  explicit WorkerPools(const Snapshot& snapshot) {
    for (const SharedPool& shared : snapshot.pools()) {
      pools.push_back(base::make_ref<upstream::Pool>(shared.observed, 0U, shared.options,
                                                     shared.set, connections, loop.now()));
    }
  }

  net::Loop loop;
  net::SocketConnector connector{loop, 65536};
  upstream::Connections connections{loop.turns(), loop.wheel(), connector};
  std::vector<base::Ref<upstream::Pool>> pools;
};

}  // namespace

TEST_CASE("a snapshot has the pools of the file, with their endpoints") {
  auto snapshot = build(kGateway);
  REQUIRE(snapshot);
  const auto& pools = snapshot.value()->pools();
  REQUIRE(pools.size() == 2);
  CHECK(pools[0].options.name == "users");
  const auto& users = pools[0].set->members();
  REQUIRE(users.size() == 2);
  CHECK(users[0].endpoint->text() == "127.0.0.1:9001");
  CHECK(users[1].endpoint->text() == "127.0.0.1:9002");
  const auto& orders = pools[1].set->members();
  REQUIRE(orders.size() == 1);
  CHECK(orders[0].weight == 7);
  CHECK(orders[0].backup);
  CHECK(pools[1].options.max_fails == 9);
  CHECK(net::port_of(orders[0].endpoint->socket_address()) == 9003);
}

TEST_CASE("pools are found by name, and by the route that goes to them") {
  auto snapshot = build(kGateway);
  REQUIRE(snapshot);
  CHECK(snapshot.value()->pool_index("users") == 0);
  CHECK(snapshot.value()->pool_index("orders") == 1);
  const auto& targets = snapshot.value()->targets();
  REQUIRE(targets.size() == 5);
  CHECK(targets[0].pool == "orders");
  CHECK(targets[1].pool == "users");
  CHECK(targets[2].pool == "");
  CHECK(targets[4].observed->name() == "none");
}

TEST_CASE("each route is wired to what answers it, and to the worker's own pool") {
  auto snapshot = build(kGateway);
  REQUIRE(snapshot);
  WorkerPools worker(*snapshot.value());
  auto handler = [&](std::size_t route) {
    return snapshot.value()->make_handler(route, snapshot.value()->targets()[route], worker.pools,
                                          worker.loop.turns(), worker.loop.wheel(), 0);
  };
  auto orders = handler(0);
  auto* proxy = dynamic_cast<proxy::ProxyHandler*>(orders.get());
  REQUIRE(proxy != nullptr);
  CHECK(&proxy->pool() == worker.pools[1].get());
  CHECK(proxy->options().timeout == base::Duration(3000));
  auto users = handler(1);
  proxy = dynamic_cast<proxy::ProxyHandler*>(users.get());
  REQUIRE(proxy != nullptr);
  CHECK(&proxy->pool() == worker.pools[0].get());
  CHECK(proxy->options().timeout == base::Duration(0));
  CHECK(dynamic_cast<respond::FixedAnswer*>(handler(2).get()) != nullptr);
  CHECK(dynamic_cast<respond::Redirect*>(handler(3).get()) != nullptr);
}

constexpr const char* kSplit =
    "listen: 8080\n"
    "upstreams: {api: [\"127.0.0.1:9001\"], canary: [\"127.0.0.1:9002\"]}\n"
    "routes:\n"
    "  - {name: a, path: /a/, split: [{upstream: api}, {upstream: canary}]}\n"
    "  - {name: b, path: /b/, upstream: api}\n";

TEST_CASE("a route that is split has a target for each of its upstreams, observed by itself") {
  auto snapshot = build(kSplit);
  REQUIRE(snapshot);
  REQUIRE(snapshot.value()->split(0) != nullptr);
  CHECK(snapshot.value()->split(1) == nullptr);
  CHECK(snapshot.value()->target_count(0) == 2);
  CHECK(snapshot.value()->target_count(1) == 1);
  const auto& targets = snapshot.value()->targets();
  REQUIRE(targets.size() == 4);
  CHECK(targets[0].pool == "api");
  CHECK(targets[1].pool == "canary");
  CHECK(targets[0].observed->name() == "a");
  CHECK(targets[1].observed->name() == "a");
  CHECK(targets[0].observed.get() != targets[1].observed.get());
  WorkerPools worker(*snapshot.value());
  auto handler = snapshot.value()->make_handler(0, targets[1], worker.pools, worker.loop.turns(),
                                                worker.loop.wheel(), 0);
  auto* proxy = dynamic_cast<proxy::ProxyHandler*>(handler.get());
  REQUIRE(proxy != nullptr);
  CHECK(&proxy->pool() == worker.pools[1].get());
  // As forwarding routes, it answers the path without its slash.
  http::Request request;
  request.head.normal_path = "/a";
  CHECK(snapshot.value()->router().find(request).kind == routing::Found::Kind::kSlashRedirect);
}

TEST_CASE("what is observed of a route goes on over a reload, of each of its upstreams") {
  auto before = build(kSplit);
  REQUIRE(before);
  auto after = build(
      "listen: 8080\n"
      "upstreams: {api: [\"127.0.0.1:9001\"], canary: [\"127.0.0.1:9002\"]}\n"
      "routes:\n"
      "  - {name: b, path: /b/, upstream: canary}\n"
      "  - {name: a, path: /a/, split: [{upstream: canary}]}\n",
      before.value().get());
  REQUIRE(after);
  const auto& old = before.value()->targets();
  const auto& now = after.value()->targets();
  REQUIRE(now.size() == 3);
  CHECK(now[0].observed.get() == old[2].observed.get());
  CHECK(now[1].observed.get() == old[1].observed.get());
  CHECK(now[2].observed.get() == old[3].observed.get());
  // What was a route's alone becomes the share of its upstream, and another share begins.
  auto shared = build(
      "listen: 8080\n"
      "upstreams: {api: [\"127.0.0.1:9001\"], canary: [\"127.0.0.1:9002\"]}\n"
      "routes: [{name: b, path: /b/, split: [{upstream: canary}, {upstream: api}]}]\n",
      before.value().get());
  REQUIRE(shared);
  const auto& shares = shared.value()->targets();
  REQUIRE(shares.size() == 3);
  CHECK(shares[0].observed.get() != old[2].observed.get());
  CHECK(shares[1].observed.get() == old[2].observed.get());
}

TEST_CASE("a route that is called none has counts of its own, over a reload too") {
  const char* text = "listen: 8080\nroutes: [{name: none, path: /a, respond: {status: 200}}]\n";
  auto before = build(text);
  REQUIRE(before);
  auto after = build(text, before.value().get());
  REQUIRE(after);
  const auto& now = after.value()->targets();
  CHECK(now[0].observed.get() != now[1].observed.get());
  CHECK(now[1].observed.get() == before.value()->targets()[1].observed.get());
}

// A cached route and one that is not, before one backend.
std::string cached(const std::string& zones) {
  return "listen: 8080\nupstreams: {app: [\"127.0.0.1:9001\"]}\ncache: " + zones +
         "\nroutes:\n"
         "  - {path: /a/, upstream: app, cache: {zone: main}}\n"
         "  - {path: /b/, upstream: app, cache: {zone: main, purge_from: \"127.0.0.1\"}}\n"
         "  - {path: /, upstream: app}\n";
}

TEST_CASE("only a route that says so has the cache before its backends") {
  auto snapshot = build(cached("{main: {memory: 64m}}"));
  REQUIRE(snapshot);
  WorkerPools worker(*snapshot.value());
  auto handler = [&](std::size_t route) {
    return snapshot.value()->make_handler(route, snapshot.value()->targets()[route], worker.pools,
                                          worker.loop.turns(), worker.loop.wheel(), 0);
  };
  auto first = handler(0);
  auto* cache = dynamic_cast<cache::CacheHandler*>(first.get());
  REQUIRE(cache != nullptr);
  CHECK(&cache->store() == snapshot.value()->zones()[0].store.get());
  CHECK(dynamic_cast<proxy::ProxyHandler*>(&cache->next()) != nullptr);
  CHECK(dynamic_cast<cache::PurgeHandler*>(handler(1).get()) != nullptr);
  CHECK(dynamic_cast<proxy::ProxyHandler*>(handler(2).get()) != nullptr);
}

TEST_CASE("a zone of the same name keeps its counts over a reload, and its store where it can") {
  auto before = build(cached("{main: {memory: 64m}, other: {}}"));
  REQUIRE(before);
  const SharedZone& old = before.value()->zones()[0];
  auto grown = build(cached("{new: {}, main: {memory: 128m}}"), before.value().get());
  REQUIRE(grown);
  REQUIRE(grown.value()->zones().size() == 2);
  CHECK(grown.value()->zone("other") == nullptr);
  const SharedZone& main = *grown.value()->zone("main");
  CHECK(main.store.get() == old.store.get());
  CHECK(main.observed.get() == old.observed.get());
  CHECK(main.options.memory == std::size_t{128} << 20U);
  CHECK(grown.value()->zone("new")->store.get() != old.store.get());
  auto other = build(cached("{main: {memory: 64m, shards: 64}}"), before.value().get());
  REQUIRE(other);
  CHECK(other.value()->zones()[0].store.get() != old.store.get());
  CHECK(other.value()->zones()[0].observed.get() == old.observed.get());
}

TEST_CASE("the router knows the routes of the file by their place in it") {
  auto snapshot = build(kGateway);
  REQUIRE(snapshot);
  auto found = [&](std::string_view path) {
    http::Request request;
    request.head.method = http::Method::kGet;
    request.head.normal_path = path;
    return snapshot.value()->router().find(request);
  };
  CHECK(found("/orders/7").route == 0);
  CHECK(found("/users/7").route == 1);
  CHECK(found("/hello").route == 2);
  CHECK(found("/nowhere").kind == routing::Found::Kind::kNone);
  // Only forwarding routes answer the path without its slash.
  CHECK(found("/users").kind == routing::Found::Kind::kSlashRedirect);
}

TEST_CASE("one upstream and no routes: everything goes there") {
  auto snapshot = build("listen: 8080\nupstreams: {app: [\"127.0.0.1:9001\"]}\n");
  REQUIRE(snapshot);
  http::Request request;
  request.head.normal_path = "/anything";
  CHECK(snapshot.value()->router().find(request).route == 0);
  CHECK(snapshot.value()->targets()[0].pool == "app");
}

TEST_CASE("a name of the hosts file is resolved to its addresses, each an endpoint") {
  auto snapshot = build("listen: 8080\nupstreams: {app: [\"localhost:9001\"]}\n");
  REQUIRE(snapshot);
  const auto& members = snapshot.value()->pools()[0].set->members();
  REQUIRE(!members.empty());
  std::set<std::string> texts;
  for (const auto& member : members) {
    const auto& endpoint = member.endpoint;
    std::string ip = net::ip_text(endpoint->socket_address());
    CHECK_MESSAGE((ip == "::1" || ip.starts_with("127.")), ip);
    CHECK(net::port_of(endpoint->socket_address()) == 9001);
    texts.insert(endpoint->text());
  }
  // Each is told apart in metrics; a lone one keeps the name that the file gives it.
  CHECK(texts.size() == members.size());
  if (members.size() == 1) CHECK(*texts.begin() == "localhost:9001");
}

TEST_CASE("a unix socket is an endpoint as it is written") {
  auto snapshot = build("listen: 8080\nupstreams: {app: [\"unix:/run/app.sock\"]}\n");
  REQUIRE(snapshot);
  const auto& endpoint = snapshot.value()->pools()[0].set->members()[0].endpoint;
  CHECK(endpoint->text() == "unix:/run/app.sock");
  CHECK(endpoint->socket_address().family() == AF_UNIX);
}

}  // namespace weir::app
