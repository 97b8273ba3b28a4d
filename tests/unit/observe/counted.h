#pragma once

#include <utility>

#include "observe/metrics_source.h"

namespace weir::observe {

// Two workers with one listener, the routes `orders` (pool api) and `none`, and the pool api of two
// endpoints; all at zero.
class Counted {
 public:
  struct Worker {
    server::WorkerStats stats;
    server::RouteStats orders;
    server::RouteStats none;
    server::ListenerStats listener;
    upstream::PoolStats pool;
    upstream::EndpointStats endpoints[2];
  };

  static net::SocketAddress address() {
    return net::literal(net::parse_address("10.0.0.1:80").value()).value();
  }

  Counted() {
    source.version = "0.1.0";
    source.start_time = 1'700'000'000;
    source.clock = [] { return base::Stamp{1'000'000'000}; };
    first = {base::make_shared_ref<upstream::Endpoint>(pool, address(), "10.0.0.1:80")};
    second = {base::make_shared_ref<upstream::Endpoint>(pool, net::SocketAddress{}, "10.0.0.2:80"),
              5, 0, false, true};
    for (auto* worker : {&one, &two}) {
      WorkerCounts counts;
      counts.stats = &worker->stats;
      counts.routes = {{"orders", "api", &worker->orders}, {"none", "", &worker->none}};
      counts.listeners = {{":8080", &worker->listener}};
      counts.pools = {{"api", &worker->pool}};
      counts.endpoints = {{"api", &first, &worker->endpoints[0]},
                          {"api", &second, &worker->endpoints[1]}};
      source.workers.push_back(std::move(counts));
    }
    source.dropped_log_lines = {&dropped_by_one, &dropped_by_two};
  }
  // One failure is enough.
  void put_aside_first() const {
    upstream::PoolOptions options;
    options.max_fails = 1;
    first.endpoint->count_failure(1'000'000'000, options);
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  Worker one;
  Worker two;
  base::SharedRef<upstream::ObservedPool> pool =
      base::make_shared_ref<upstream::ObservedPool>("api", 2U);
  upstream::Member first;
  upstream::Member second;
  base::Counter dropped_by_one;
  base::Counter dropped_by_two;
  MetricsSource source;
};

}  // namespace weir::observe
