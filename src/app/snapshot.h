#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/pinned.h"
#include "base/ref.h"
#include "base/result.h"
#include "cache/coalescer.h"
#include "cache/compiled.h"
#include "cache/fills.h"
#include "cache/stats.h"
#include "cache/store.h"
#include "config/config.h"
#include "http/handler.h"
#include "http/path_rewrite.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "observe/log_condition.h"
#include "routing/router.h"
#include "routing/split.h"
#include "server/error_pages.h"
#include "server/observed.h"
#include "server/service.h"
#include "upstream/endpoint_set.h"
#include "upstream/observed_pool.h"
#include "upstream/pool.h"

namespace weir::app {

// A pool as all workers share it: what is configured, what is observed, and its endpoints. Those of
// a snapshot are what its names stood for when it was made; LivePools has those of now.
struct SharedPool {
  upstream::PoolOptions options;
  base::SharedRef<upstream::ObservedPool> observed;
  base::SharedRef<const upstream::EndpointSet> set;
};

// The routes of a configuration, to be asked by their place in it. The error names the route.
base::Result<routing::Router> make_router(const config::Config& config);

// What answers requests of a route, as all workers share it: one of a route that is split for each
// of its upstreams.
struct SharedTarget {
  std::string_view pool;  // the name of the pool that they go to; empty: none
  base::SharedRef<server::ObservedRoute> observed;
};

// What is counted of a zone of the cache, for each worker.
using ObservedZone = server::Observed<cache::ZoneStats>;

// A zone of the cache as all workers share it. Its store goes on over reloads, and so does what is
// observed.
struct SharedZone {
  std::string_view name;
  cache::StoreOptions options;  // kept by the store once the snapshot is served
  base::SharedRef<cache::Store> store;
  base::SharedRef<cache::Fills> fills;  // what is on its way into the store
  base::SharedRef<ObservedZone> observed;
};

// By what the cached routes of a worker share fills (cache::CacheHandler::share). Outlives their
// handlers.
struct FillPlace {
  cache::Coalescer& worker;
  const base::Pinned* pin;
};

// A whole configuration made into objects: the router, and what all workers share of pools, routes
// and listeners. Immutable once it was published; held by each worker that serves it, and by what
// is under way on it.
class Snapshot : public base::Shared {
 public:
  // Empty: to be made by build().
  Snapshot() = default;
  // Of `pools`, which are the configuration's, in its order; for `workers` workers. What `before`
  // observes of routes of the same names goes on in the new one; null: none. The error names the
  // route.
  static base::Result<base::SharedRef<Snapshot>> build(config::Config config,
                                                       std::vector<SharedPool> pools,
                                                       unsigned workers, const Snapshot* before);
  // The listeners that were bound, in the order of the configuration. Once, before it is published.
  void set_listeners(std::vector<base::SharedRef<server::ObservedListener>> listeners) {
    listeners_ = std::move(listeners);
  }

  [[nodiscard]] const config::Config& config() const { return config_; }
  [[nodiscard]] const routing::Router& router() const { return *router_; }
  [[nodiscard]] const std::vector<SharedPool>& pools() const { return pools_; }
  // In the order of the configuration.
  [[nodiscard]] const std::vector<SharedZone>& zones() const { return zones_; }
  // The zone of this name, or null.
  [[nodiscard]] const SharedZone* zone(std::string_view name) const;
  // Those of each route in turn, and a last one for requests without a route.
  [[nodiscard]] const std::vector<SharedTarget>& targets() const { return targets_; }
  // How many of targets() are a route's.
  [[nodiscard]] std::size_t target_count(std::size_t route) const {
    return splits_[route] == nullptr ? 1 : splits_[route]->size();
  }
  // Chooses among the targets of a route; null: it has one.
  [[nodiscard]] const routing::Split* split(std::size_t route) const {
    return splits_[route].get();
  }
  [[nodiscard]] const std::vector<base::SharedRef<server::ObservedListener>>& listeners() const {
    return listeners_;
  }
  // What the errors of a route look like, or of requests without one (config().routes.size());
  // null: as they are built in.
  [[nodiscard]] const server::ErrorPages* error_pages(std::size_t route) const {
    return error_pages_[route].get();
  }
  // The pool's index by name; the configuration was checked for dangling names.
  [[nodiscard]] std::size_t pool_index(std::string_view name) const;

  // Which exchanges of a route the access log tells of; null: all, or none.
  [[nodiscard]] const observe::LogCondition* log_condition(std::size_t route) const {
    return log_conditions_[route].get();
  }
  // What the access log's format and the conditions of routes want to know.
  [[nodiscard]] server::LogNeeds log_needs() const { return log_needs_; }

  // The wiring: what answers the requests of a route that go to one of its targets, for the
  // worker of this number. `pools` are its own, in the order of ours; `fills`: null where requests
  // for one key share nothing. The snapshot and they must outlive the handler.
  [[nodiscard]] std::unique_ptr<http::Handler> make_handler(
      std::size_t route, const SharedTarget& target,
      const std::vector<base::Ref<upstream::Pool>>& pools, net::Turns& turns, net::Wheel& wheel,
      unsigned worker, const FillPlace* fills = nullptr) const;

 private:
  base::Result<base::Done> build_rewrites();
  void build_error_pages();
  void build_zones(unsigned workers, const Snapshot* before);
  base::Result<base::Done> build_caches();
  // What forwards the requests of a route to a target.
  [[nodiscard]] std::unique_ptr<http::Handler> make_proxy(
      std::size_t route, const SharedTarget& target,
      const std::vector<base::Ref<upstream::Pool>>& pools, net::Turns& turns,
      net::Wheel& wheel) const;
  void build_targets(unsigned workers, const Snapshot* before);
  base::Result<base::Done> build_log();

  config::Config config_;
  std::unique_ptr<routing::Router> router_;
  std::vector<std::optional<http::PathRewrite>> rewrites_;  // of routes; handlers point to them
  std::vector<SharedPool> pools_;
  std::vector<SharedZone> zones_;
  std::vector<std::unique_ptr<const cache::CompiledCache>> caches_;  // by route; null: none
  std::vector<std::unique_ptr<const routing::Split>> splits_;        // by route
  std::vector<SharedTarget> targets_;
  std::vector<std::shared_ptr<const server::ErrorPages>> error_pages_;
  std::vector<base::SharedRef<server::ObservedListener>> listeners_;
  std::vector<std::unique_ptr<const observe::LogCondition>> log_conditions_;  // by route
  server::LogNeeds log_needs_;
};

}  // namespace weir::app
