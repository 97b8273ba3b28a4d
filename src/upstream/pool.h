#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/ref.h"
#include "upstream/balancer.h"
#include "upstream/connections.h"
#include "upstream/endpoint_set.h"
#include "upstream/endpoint_slot.h"
#include "upstream/observed_pool.h"
#include "upstream/options.h"
#include "upstream/retry_budget.h"
#include "upstream/stats.h"
#include "upstream/wait_queue.h"

namespace weir::upstream {

// What came of picking an endpoint.
struct Pick {
  EndpointSlot* slot = nullptr;
  Place place;        // of the slot's endpoint, for the lease; empty where the pool counts none
  bool full = false;  // no slot: endpoints are there to try, and each has max_conns leases
};

// A named set of endpoints as one worker sees it. Lives over reloads: configuration and set are
// changed in it, while works that are under way go on. Held by whoever serves it. One thread.
class Pool : public base::Counted {
 public:
  // `worker` is the number of this one among those of `observed`, which share
  // retry.min_per_second and the queue. `connections` outlives the pool, and `mailbox`, of the
  // worker's loop, all workers; null: those of `observed` are on one thread.
  Pool(base::SharedRef<ObservedPool> observed, unsigned worker, const PoolOptions& options,
       base::SharedRef<const EndpointSet> set, Connections& connections, base::Stamp now,
       net::Mailbox* mailbox = nullptr);
  // Closes its idle connections; no lease may be out, no slot be held, and nobody wait.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // From now on it is configured so, in what concerns the pool as a whole: who is picked and put
  // aside, idle connections, the retry budget, how many wait. Timeouts and retries of an exchange
  // are those that it began with (proxy/proxy_handler).
  void configure(const PoolOptions& options, base::Stamp now);
  // From now on these are its endpoints. Slots of endpoints that stay are the same with all their
  // connections; those that leave close their idle ones now and the others when they come back.
  void apply(base::SharedRef<const EndpointSet> set);

  [[nodiscard]] const PoolOptions& options() const { return options_; }
  [[nodiscard]] PoolStats& stats() { return observed_->stats(worker_); }
  [[nodiscard]] ObservedPool& observed() { return *observed_; }
  [[nodiscard]] unsigned worker() const { return worker_; }
  [[nodiscard]] Connections& connections() { return connections_; }
  [[nodiscard]] RetryBudget& budget() { return budget_; }
  // Where those wait who found all endpoints full.
  [[nodiscard]] WaitQueue& queue() { return queue_; }
  // Others wait, on whichever worker, and came first: whoever comes now is to wait too.
  [[nodiscard]] bool others_wait() const {
    return options_.queue.size != 0 && observed_->board().anybody();
  }
  // In the set's order.
  [[nodiscard]] const std::vector<base::Ref<EndpointSlot>>& slots() const { return slots_; }
  [[nodiscard]] std::size_t size() const { return slots_.size(); }

  // An endpoint for a try at `now`, or none when there is none to try: no endpoints, or all
  // configured or known to be down. The first of these classes that is not empty: available
  // endpoints, available backups, those put aside, backups put aside, and with when_down: panic
  // those that health checks find down; within it rather one outside `tried`, and one of a later
  // class outside it rather than one within, but for those put aside or down. So nobody is ever
  // without an endpoint for passive health alone. `key`: what the request is balanced by, hashed;
  // 0 for none.
  // Endpoints that are full (max_conns) are passed over, to backups too; but none that is put aside
  // or down is tried instead.
  Pick pick(std::span<EndpointSlot* const> tried, base::Stamp now, std::uint64_t key = 0);
  // Each endpoint that may be picked, be it one that is put aside, has max_conns leases; not where
  // there is none.
  [[nodiscard]] bool is_full(base::Stamp now);
  // When the first of those that are put aside comes back; kNever: nobody is. As of the last pick.
  [[nodiscard]] base::Stamp next_return() const { return good_until_; }
  // A place was given back: somebody who waits for one looks, on whichever worker.
  void on_place_left() {
    if (observed_->board().anybody()) observed_->board().wake(worker_);
  }
  // Leases are counted over all workers: somebody asks for it.
  [[nodiscard]] bool counts_load() const { return counts_load_; }
  // An endpoint is there that is available and not in `tried`.
  [[nodiscard]] bool has_other(std::span<EndpointSlot* const> tried, base::Stamp now);
  // A try on the endpoint failed in a way that is the endpoint's fault. True when that put it
  // aside: never the last available one of the pool, nor a lone one.
  bool count_failure(EndpointSlot& slot, base::Stamp now);
  // The endpoint asks to be left alone for so long: it is put aside, for fail_timeout at most, and
  // where count_failure would put it aside. False: it was not.
  bool put_aside(EndpointSlot& slot, base::Stamp now, base::Duration by);
  // The endpoint is known to be down: its tunnels on this worker live on or are broken off, as
  // on_down says. Nothing where it is not in the set. Inside a turn, with no tunnel on the stack.
  void on_down(const Endpoint& endpoint);

 private:
  // Who may be picked, in the order of preference.
  enum Rank : std::uint8_t {
    kAvailable,
    kBackup,
    kEjected,
    kEjectedBackup,
    kUnhealthy,
    kRanks,
    kNever
  };

  void refresh(base::Stamp now);
  [[nodiscard]] Rank rank_of(const EndpointSlot& slot, bool any_up, base::Stamp now) const;
  bool take(EndpointSlot& slot, Pick& pick) const;
  void pick_other(std::span<EndpointSlot* const> tried, std::uint64_t key, Pick& pick);
  bool pick_of(Rank rank, std::uint64_t key, Pick& pick);
  [[nodiscard]] bool needs_load() const;

  const base::SharedRef<ObservedPool> observed_;
  const unsigned worker_;
  PoolOptions options_;
  Connections& connections_;
  RetryBudget budget_;
  WaitQueue queue_;
  base::SharedRef<const EndpointSet> set_;
  std::vector<base::Ref<EndpointSlot>> slots_;  // in the set's order
  std::unique_ptr<Balancer> balancer_;
  bool counts_load_ = false;

  // What refresh() found; good while nothing changed and no ejection ends.
  bool known_ = false;
  std::uint32_t seen_changes_ = 0;
  base::Stamp good_until_ = 0;
  std::vector<EndpointSlot*> ranked_[kRanks];
  Rank best_ = kRanks;                // of the balancer's candidates; kRanks: nobody
  std::vector<EndpointSlot*> given_;  // the balancer's candidates; empty: it has none
  std::vector<EndpointSlot*> among_;  // scratch of pick_other
};

}  // namespace weir::upstream
