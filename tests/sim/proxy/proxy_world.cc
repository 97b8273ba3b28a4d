#include "sim/proxy/proxy_world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "config/load.h"
#include "net/address.h"
#include "server/h1_session.h"

namespace weir::sim {

namespace {

constexpr const char* kConfig =
    "listen: 8080\n"
    "workers: 1\n"
    "access_log: off\n"
    "upstreams:\n"
    "  a: [\"127.0.0.1:9001\", \"127.0.0.1:9002\", \"127.0.0.1:9003\"]\n"
    "  b: [\"127.0.0.1:9003\", \"127.0.0.1:9004\"]\n"
    "routes:\n"
    "  - {name: open, path: /open/, upstream: a}\n"
    "  - {name: small, path: /small/, upstream: b, max_body: 1000}\n"
    "  - {name: fixed, path: \"= /fixed\", respond: {status: 200, body: hello}}\n";
static_assert(kSmallBody == 1'000);

}  // namespace

ProxyWorld::ProxyWorld(Ledger& ledger, support::Dice& dice, const Weather& weather)
    : ledger_(ledger), dice_(dice), weather_(weather) {
  config::Loaded loaded = config::load_text("storm.yaml", kConfig);
  REQUIRE_MESSAGE(loaded.config, loaded.errors);
  base_ = std::move(*loaded.config);
  network.set_read_size(weather_.whole_reads ? 64 * 1024 : 1 + dice_.below(40));
  if (dice_.chance(2)) {
    window_ = 500 + dice_.below(2'000);
    connector.set_window(500 + dice_.below(2'000), 2'000);
  }
  reload();
}

ProxyWorld::~ProxyWorld() {
  time.in_turn([this] {
    service_->close_all();
    connections.close_idle();
  });
}

base::Duration ProxyWorld::pick_ms(std::initializer_list<int> ms) {
  return base::Duration(*(ms.begin() + dice_.below(ms.size())));
}

void ProxyWorld::reload() {
  config::Config config = base_;
  shake(config);
  serve(std::move(config));
}

void ProxyWorld::serve(config::Config config) {
  std::vector<app::SharedPool> pools;
  for (const upstream::PoolOptions& one : config.upstreams) {
    auto same = std::find_if(pools_.begin(), pools_.end(),
                             [&](const auto& pool) { return pool.options.name == one.name; });
    auto observed = same != pools_.end()
                        ? same->observed
                        : base::make_shared_ref<upstream::ObservedPool>(one.name, 1U);
    std::vector<upstream::Resolved> resolved;
    for (const auto& endpoint : one.endpoints) {
      resolved.push_back({endpoint, {memory::memory_address(endpoint.address.port)}});
    }
    auto set = upstream::EndpointSet::build(observed, resolved,
                                            same == pools_.end() ? nullptr : same->set.get());
    for (const auto& member : set->members()) {
      bool known = std::any_of(endpoints_.begin(), endpoints_.end(), [&](const auto& endpoint) {
        return endpoint.get() == member.endpoint.get();
      });
      if (!known) endpoints_.push_back(member.endpoint);
    }
    pools.push_back({one, std::move(observed), std::move(set)});
  }
  auto built = app::Snapshot::build(std::move(config), pools, 1, snapshot_.get());
  REQUIRE(built);
  pools_ = std::move(pools);
  time.in_turn([&] {
    app::WorkerParts parts{time.turns(), time.wheel(), connections, mailbox_, stats_,
                           *this,        access_log_,  coalescer_,  0};
    generation_ = base::make_ref<app::Generation>(
        base::SharedRef<const app::Snapshot>(built.value().get()), parts, generation_.get());
    // All of it is on this thread.
    for (const auto& pool : generation_->pools()) pool->observed().board().connect(0, nullptr);
    base::Ref<const server::ServiceOptions> options(generation_.get());
    if (service_ == nullptr) {
      service_ = std::make_unique<server::Service>(time.turns(), time.wheel(), options);
    } else {
      service_->configure(options);
    }
  });
  snapshot_ = built.value();
}

std::unique_ptr<memory::MemoryPeer> ProxyWorld::connect() {
  memory::MemoryPair pair = memory::MemoryStream::pair(network);
  pair.near->set_window(window_);
  pair.near->set_mark(generation_->limits.buffer_per_stream);
  auto from = net::literal({"192.0.2.1", 40'000, false});
  ++connects_;
  time.in_turn([&] {
    service_->add(
        std::make_unique<server::H1Session>(*service_, site_, std::move(pair.near), from.value()));
  });
  return std::make_unique<memory::MemoryPeer>(network, std::move(pair.far));
}

void ProxyWorld::drain() {
  draining_ = true;
  time.in_turn([this] { service_->drain(*this); });
}

void ProxyWorld::on_drained() { drained_ = true; }

void ProxyWorld::judge() {
  upstream::Endpoint& endpoint = *endpoints_[dice_.below(endpoints_.size())];
  switch (dice_.below(4)) {
    case 0: {
      endpoint.set_health(upstream::Health::kDown);
      time.in_turn([&] {
        for (const auto& pool : generation_->pools()) {
          if (&pool->observed() == &endpoint.pool()) pool->on_down(endpoint);
        }
      });
      return;
    }
    case 1:
      return endpoint.put_aside(time.now(), base::after(time.now(), base::Duration(2'000)));
    case 2:
      return endpoint.readmit();
    default:
      return endpoint.set_health(upstream::Health::kUp);
  }
}

void ProxyWorld::set_all_up() {
  for (const auto& endpoint : endpoints_) {
    endpoint->set_health(upstream::Health::kUp);
    endpoint->readmit();
  }
}

void ProxyWorld::pass(std::int64_t ms) {
  std::int64_t ticks = (ms * 1'000'000 + net::Wheel::kTick - 1) / net::Wheel::kTick;
  time.advance_to(time.now() + ticks * net::Wheel::kTick);
}

void ProxyWorld::shake(config::Config& config) {
  shake_limits(config);
  for (upstream::PoolOptions& pool : config.upstreams) shake_pool(pool);
  config::RouteConfig& small = config.routes[1];
  if (dice_.chance(3)) small.action = config::UpstreamAction{"a"};
  // Less than a body may take, more than a head does.
  int calm = weather_.drips_up ? 25'000 : 6'000;
  for (config::RouteConfig& route : config.routes) {
    route.timeout = weather_.calm ? pick_ms({0, calm}) : pick_ms({0, 400, 3'000});
  }
}

void ProxyWorld::shake_limits(config::Config& config) {
  constexpr std::size_t kBuffers[] = {2'000, 16'000, 256 * 1024};
  constexpr std::uint64_t kRequests[] = {0, 3, 10'000};
  config.limits.body = 1 << 20;
  config.limits.buffer_per_stream = kBuffers[dice_.below(std::size(kBuffers))];
  constexpr std::size_t kPipeline[] = {1, 3, 16};
  config.limits.pipeline = kPipeline[dice_.below(std::size(kPipeline))];
  config.limits.requests_per_connection = kRequests[dice_.below(std::size(kRequests))];
  if (!weather_.calm && dice_.chance(2)) config.half_close = server::HalfClose::kAbort;
  server::Timeouts& timeouts = config.timeouts;
  timeouts.client_header = pick_ms({4'000, 10'000});
  timeouts.client_body = pick_ms({2'000, 5'000});
  timeouts.client_idle = pick_ms({1'000, 5'000});
  timeouts.client_write = pick_ms({2'000, 5'000});
  timeouts.linger = pick_ms({0, 1'000, 5'000});
  timeouts.tunnel_idle = weather_.calm ? base::Duration(20'000) : pick_ms({2'000, 20'000});
}

void ProxyWorld::shake_pool(upstream::PoolOptions& pool) {
  auto& endpoints = pool.endpoints;
  std::size_t least = weather_.calm || !dice_.chance(20) ? 1 : 0;
  while (endpoints.size() > least && dice_.chance(3)) {
    endpoints.erase(endpoints.begin() + static_cast<std::ptrdiff_t>(dice_.below(endpoints.size())));
  }
  for (upstream::EndpointOptions& endpoint : endpoints) {
    endpoint.weight = static_cast<unsigned>(1 + dice_.below(3));
    endpoint.backup = dice_.chance(5);
    if (weather_.calm) continue;
    endpoint.max_conns = static_cast<unsigned>(dice_.chance(3) ? 1 + dice_.below(4) : 0);
    endpoint.down = dice_.chance(12);
  }
  constexpr upstream::BalanceBy kWays[] = {upstream::BalanceBy::kRoundRobin,
                                           upstream::BalanceBy::kLeastConn,
                                           upstream::BalanceBy::kP2c, upstream::BalanceBy::kIpHash};
  pool.balance.by = kWays[dice_.below(std::size(kWays))];
  pool.max_fails = static_cast<unsigned>(dice_.below(4));
  pool.fail_timeout = pick_ms({200, 2'000});
  pool.on_down = dice_.chance(2) ? upstream::OnDown::kKeep : upstream::OnDown::kCloseTunnels;
  pool.when_down = dice_.chance(2) ? upstream::WhenDown::kFail : upstream::WhenDown::kPanic;
  pool.queue.size = static_cast<unsigned>(dice_.chance(2) ? dice_.below(5) : 0);
  pool.queue.timeout = pick_ms({0, 1'000});
  constexpr unsigned kIdle[] = {0, 1, 2, 64};
  pool.keepalive.idle = kIdle[dice_.below(std::size(kIdle))];
  pool.keepalive.idle_total = dice_.chance(4) ? 2 : 4096;
  pool.keepalive.idle_timeout = pick_ms({300, 5'000});
  pool.keepalive.max_age = pick_ms({2'000, 60'000});
  pool.keepalive.max_requests = dice_.chance(4) ? 2 : 10'000;
  pool.timeouts.connect = base::Duration(1'000);
  pool.timeouts.first_byte = weather_.calm ? base::Duration(4'000) : pick_ms({500, 4'000});
  pool.timeouts.read = weather_.calm ? base::Duration(2'000) : pick_ms({500, 2'000});
  pool.timeouts.write = weather_.calm ? base::Duration(2'000) : pick_ms({500, 2'000});
  shake_retry(pool.retry);
}

void ProxyWorld::shake_retry(upstream::RetryOptions& retry) {
  retry.attempts = static_cast<unsigned>(1 + dice_.below(kTriesMost));
  retry.methods =
      weather_.resends ? upstream::RetryMethods::kAll : upstream::RetryMethods::kIdempotent;
  retry.budget_percent = dice_.chance(2) ? 100 : 20;
  retry.min_per_second = static_cast<unsigned>(dice_.below(10));
  retry.backoff = pick_ms({0, 2});
  constexpr std::uint64_t kReplay[] = {0, 1'000, 64 * 1024};
  retry.replay_body = kReplay[dice_.below(std::size(kReplay))];
  retry.per_try_timeout = weather_.calm ? pick_ms({0, 4'000}) : pick_ms({0, 400});
  if (weather_.calm) return;
  retry.on.connect = !dice_.chance(4);
  retry.on.reset = !dice_.chance(4);
  retry.on.timeout = !dice_.chance(4);
  retry.on.malformed = dice_.chance(2);
  if (dice_.chance(2)) retry.on.statuses = {503};
}

}  // namespace weir::sim
