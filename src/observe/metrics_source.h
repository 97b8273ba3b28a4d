#pragma once

#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/counter.h"
#include "cache/stats.h"
#include "cache/store.h"
#include "observe/thread_clock.h"
#include "routing/router.h"
#include "server/stats.h"
#include "upstream/endpoint_set.h"
#include "upstream/stats.h"

namespace weir::upstream {
class HealthChecks;
}

namespace weir::observe {

// One worker's counts of one route. `name` and `upstream` are its labels ("none" for requests
// without a route); an empty upstream becomes the label "none".
struct RouteCounts {
  std::string_view name;
  std::string_view upstream;
  const server::RouteStats* stats = nullptr;
};

// One worker's counts of one listener.
struct ListenerCounts {
  std::string_view address;
  const server::ListenerStats* stats = nullptr;
};

// One worker's counts of one pool.
struct PoolCounts {
  std::string_view upstream;
  const upstream::PoolStats* stats = nullptr;
};

// One worker's counts of one endpoint of a pool, and the endpoint itself, which all workers share.
struct EndpointCounts {
  std::string_view upstream;
  const upstream::Member* member = nullptr;
  const upstream::EndpointStats* stats = nullptr;
};

// A zone of the cache, and what each worker counts of it.
struct ZoneCounts {
  std::string_view name;
  std::size_t memory = 0;         // bytes, its bound
  cache::Store* store = nullptr;  // read, and purged by those who ask for that
  std::vector<const cache::ZoneStats*> workers;
};

// All counter blocks of one worker. The blocks are written by that worker and never move.
struct WorkerCounts {
  const server::WorkerStats* stats = nullptr;
  const base::Histogram* loop_lag = nullptr;  // null: not measured
  const ThreadClock* cpu_clock = nullptr;     // null: none
  std::vector<RouteCounts> routes;
  std::vector<ListenerCounts> listeners;
  std::vector<PoolCounts> pools;
  std::vector<EndpointCounts> endpoints;
};

// What became of reloads.
struct ReloadCounts {
  base::Counter well;
  base::Counter failed;
  double last_success = 0;  // seconds since 1970; 0: none
};

// Where a scrape finds what it sums. Plain views, filled in by whoever owns blocks and names, which
// outlive it. Belongs to the thread that scrapes: it is changed only there, between two scrapes.
// The first worker's order says which routes and endpoints get labels of their own.
struct MetricsSource {
  std::string_view version;
  double start_time = 0;             // of the process, seconds since 1970
  base::Stamp (*clock)() = nullptr;  // monotonic, as Endpoint's times; says who is put aside
  ReloadCounts reloads;
  const upstream::HealthChecks* health = nullptr;  // null: nothing is probed
  std::vector<WorkerCounts> workers;
  std::vector<ZoneCounts> zones;
  std::vector<const base::Counter*> dropped_log_lines;  // summed
  const upstream::LookupStats* lookups = nullptr;       // null: no names are looked up
  const routing::Router* router = nullptr;              // null: there are no routes
};

}  // namespace weir::observe
