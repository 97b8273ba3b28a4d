#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ref.h"
#include "base/result.h"
#include "config/config.h"
#include "http/handler.h"
#include "http/path_rewrite.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "observe/log_condition.h"
#include "routing/router.h"
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
  // One for each route, and a last one for requests without a route.
  [[nodiscard]] const std::vector<base::SharedRef<server::ObservedRoute>>& routes() const {
    return routes_;
  }
  [[nodiscard]] const std::vector<base::SharedRef<server::ObservedListener>>& listeners() const {
    return listeners_;
  }
  // The pool's index by name; the configuration was checked for dangling names.
  [[nodiscard]] std::size_t pool_index(const std::string& name) const;
  // The name of the pool that a route goes to; empty: none.
  [[nodiscard]] std::string_view pool_name(std::size_t route) const;

  // Which exchanges of a route the access log tells of; null: all, or none.
  [[nodiscard]] const observe::LogCondition* log_condition(std::size_t route) const {
    return log_conditions_[route].get();
  }
  // What the access log's format and the conditions of routes want to know.
  [[nodiscard]] server::LogNeeds log_needs() const { return log_needs_; }

  // The wiring: what answers the requests of a route, for one worker. `pools` are the worker's, in
  // the order of ours. The snapshot and they must outlive the handler.
  [[nodiscard]] std::unique_ptr<http::Handler> make_handler(
      std::size_t route, const std::vector<base::Ref<upstream::Pool>>& pools, net::Turns& turns,
      net::Wheel& wheel) const;

 private:
  base::Result<base::Done> build_router();
  base::Result<base::Done> build_rewrites();
  void build_routes(unsigned workers, const Snapshot* before);
  base::Result<base::Done> build_log();

  config::Config config_;
  std::unique_ptr<routing::Router> router_;
  std::vector<std::optional<http::PathRewrite>> rewrites_;  // of routes; handlers point to them
  std::vector<SharedPool> pools_;
  std::vector<base::SharedRef<server::ObservedRoute>> routes_;
  std::vector<base::SharedRef<server::ObservedListener>> listeners_;
  std::vector<std::unique_ptr<const observe::LogCondition>> log_conditions_;  // by route
  server::LogNeeds log_needs_;
};

}  // namespace weir::app
