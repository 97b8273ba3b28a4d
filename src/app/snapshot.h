#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/ref.h"
#include "base/result.h"
#include "config/config.h"
#include "http/handler.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "routing/router.h"
#include "upstream/endpoint_set.h"
#include "upstream/observed_pool.h"
#include "upstream/pool.h"

namespace weir::app {

// A pool as all workers share it: what is configured, what is observed, and the endpoints that the
// configuration was resolved to when the snapshot was made.
struct SharedPool {
  upstream::PoolOptions options;
  base::SharedRef<upstream::ObservedPool> observed;
  base::SharedRef<const upstream::EndpointSet> set;
};

// A whole configuration made into objects: the router and the endpoints that all workers share, and
// the making of what each worker has for itself. Immutable; outlives the workers.
class Snapshot {
 public:
  // Resolves names (blocks; start-up only), for `workers` workers. The error names the upstream and
  // the endpoint.
  static base::Result<std::unique_ptr<Snapshot>> build(config::Config config, unsigned workers);

  [[nodiscard]] const config::Config& config() const { return config_; }
  [[nodiscard]] const routing::Router& router() const { return *router_; }
  [[nodiscard]] const std::vector<SharedPool>& pools() const { return pools_; }
  // The pool's index by name; the configuration was checked for dangling names.
  [[nodiscard]] std::size_t pool_index(const std::string& name) const;
  // The name of the pool that a route goes to; empty: none.
  [[nodiscard]] std::string_view pool_name(std::size_t route) const;

  // The wiring: what answers the requests of a route, for one worker. `pools` are the worker's, in
  // the order of ours.
  [[nodiscard]] std::unique_ptr<http::Handler> make_handler(
      std::size_t route, const std::vector<std::unique_ptr<upstream::Pool>>& pools,
      net::Turns& turns, net::Wheel& wheel) const;

 private:
  Snapshot() = default;

  config::Config config_;
  std::unique_ptr<routing::Router> router_;
  std::vector<SharedPool> pools_;
};

}  // namespace weir::app
