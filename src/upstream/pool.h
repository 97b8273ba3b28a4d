#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/clock.h"
#include "upstream/connections.h"
#include "upstream/endpoint.h"
#include "upstream/options.h"
#include "upstream/retry_budget.h"
#include "upstream/stats.h"

namespace weir::upstream {

// Chooses among the endpoints of a pool. One per worker and pool; pure: no clock and no socket of
// its own. The algorithm never learns about health: it is given who may be chosen.
class Balancer {
 public:
  virtual ~Balancer() = default;
  // One of the candidates (never empty), all of them in the pool's order.
  virtual EndpointSlot& pick(std::span<EndpointSlot* const> candidates) = 0;
};

// A named set of endpoints as one worker sees it. One thread.
class Pool {
 public:
  // `options` and the stats must outlive the pool; `stats` has an entry for each endpoint.
  // `workers`: of the process, which share retry.min_per_second.
  Pool(const PoolOptions& options, std::span<const base::SharedRef<Endpoint>> endpoints,
       std::span<EndpointStats* const> endpoint_stats, PoolStats& stats, Connections& connections,
       unsigned workers, base::Stamp now);
  // Closes its idle connections; no lease may be out.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  [[nodiscard]] const PoolOptions& options() const { return options_; }
  [[nodiscard]] PoolStats& stats() { return stats_; }
  [[nodiscard]] Connections& connections() { return connections_; }
  [[nodiscard]] RetryBudget& budget() { return budget_; }
  [[nodiscard]] std::size_t size() const { return slots_.size(); }

  // An endpoint for a try at `now`, or null when all are configured down. The first of these that
  // is not empty: available endpoints outside `tried`, available backups outside it, those
  // available within it, and those put aside, in the same order. So nobody is ever without an
  // endpoint for passive health alone.
  EndpointSlot* pick(std::span<EndpointSlot* const> tried, base::Stamp now);
  // An endpoint is there that is available and not in `tried`.
  [[nodiscard]] bool has_other(std::span<EndpointSlot* const> tried, base::Stamp now) const;
  // A try on the endpoint failed in a way that is the endpoint's fault. True when that put it
  // aside: never the last available one of the pool, nor a lone one.
  bool count_failure(EndpointSlot& slot, base::Stamp now);

 private:
  EndpointSlot* pick_other(std::span<EndpointSlot* const> tried, base::Stamp now);

  const PoolOptions& options_;
  PoolStats& stats_;
  Connections& connections_;
  RetryBudget budget_;
  std::vector<std::unique_ptr<EndpointSlot>> slots_;
  std::vector<EndpointSlot*> candidates_;  // scratch of pick, as large as slots_
  std::unique_ptr<Balancer> balancer_;
};

}  // namespace weir::upstream
