#pragma once

#include <vector>

#include "app/snapshot.h"
#include "config/config.h"
#include "net/loop.h"
#include "net/resolver.h"
#include "observe/error_log.h"
#include "upstream/discovery.h"

namespace weir::app {

// Hears of the endpoints of pools.
class LivePoolsEvents {
 public:
  // The pool has other endpoints from now on: its set. Also from within serve().
  virtual void on_endpoints(const SharedPool& pool) = 0;
  // Each name was answered once, well or not; behind a time in which one was not.
  virtual void on_names_settled() = 0;

 protected:
  ~LivePoolsEvents() = default;
};

// The pools of the process as they are at present: what the snapshot that is served configures,
// with the endpoints that their names stand for by now. The error log is told what becomes of the
// names. Control thread.
class LivePools final : public upstream::DiscoveryEvents {
 public:
  // All outlive it.
  LivePools(net::Loop& loop, observe::ErrorLog& errors, LivePoolsEvents& events);

  // Looks up the names of `next` too, by its resolver: it may be served soon.
  void look_up(const config::Config& next);
  // Only those that are served are looked up again, by their own resolver: nothing came of it.
  void look_up_served() { watch(resolver_, {}); }
  // Each name was answered once, well or not.
  [[nodiscard]] bool settled() const { return discovery_.settled(); }

  // Pools of these options, for `workers` workers, by what is known of their names now: with no
  // endpoints for one that did not resolve. What is observed of a pool or endpoint that is live
  // goes on in them.
  [[nodiscard]] std::vector<SharedPool> build(const std::vector<upstream::PoolOptions>& options,
                                              unsigned workers) const;
  // The snapshot's pools are the live ones from now on. What has become of their names since they
  // were built is told at once.
  void serve(const Snapshot& snapshot);

  [[nodiscard]] const std::vector<SharedPool>& all() const { return pools_; }
  [[nodiscard]] const upstream::LookupStats& lookups() const { return discovery_.stats(); }

 private:
  void on_name(const upstream::WatchedName& name, const upstream::NameChange& change) override;
  void watch(const net::ResolverOptions& resolver, std::vector<upstream::PoolOptions> pools);
  void resolve(SharedPool& pool);

  net::Loop& loop_;
  observe::ErrorLog& errors_;
  LivePoolsEvents& events_;
  net::ResolverOptions resolver_;  // of what is served
  std::vector<SharedPool> pools_;
  bool unsettled_ = false;
  upstream::Discovery discovery_;
};

}  // namespace weir::app
