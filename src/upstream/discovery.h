#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "net/loop.h"
#include "net/resolver.h"
#include "upstream/endpoint_set.h"
#include "upstream/options.h"
#include "upstream/stats.h"
#include "upstream/watched_name.h"

namespace weir::upstream {

// Hears what becomes of the names.
class DiscoveryEvents {
 public:
  // An answer about a name has changed something: see NameChange. Inside a turn, never inside a
  // call of Discovery. May destroy the Discovery.
  virtual void on_name(const WatchedName& name, const NameChange& change) = 0;

 protected:
  ~DiscoveryEvents() = default;
};

// Keeps the names of all pools resolved: one look-up per name at a time, again when its TTL is
// over. Control thread.
class Discovery {
 public:
  // `seed` of the jitter. `events` outlives it.
  Discovery(net::Loop& loop, DiscoveryEvents& events, unsigned seed);
  ~Discovery();
  Discovery(const Discovery&) = delete;
  Discovery& operator=(const Discovery&) = delete;

  // From now on the names among the endpoints of these pools are watched, and no others, by a
  // resolver of these options. Names that stay keep what is known of them; where the options are
  // others than before they are looked up again. What others are found to be is told later.
  void watch(const net::ResolverOptions& options, const std::vector<PoolOptions>& pools);

  // What the endpoints of a pool stand for by what is known now: none for a name that was not
  // resolved yet, or is not watched.
  [[nodiscard]] std::vector<Resolved> resolve(const PoolOptions& pool) const;
  // One of the pool's endpoints has this name.
  [[nodiscard]] static bool uses(const PoolOptions& pool, std::string_view name);
  // Each name was answered once, well or not.
  [[nodiscard]] bool settled() const;
  [[nodiscard]] const LookupStats& stats() const { return stats_; }

 private:
  class Watch;
  void count(net::LookupResult result);

  net::Loop& loop_;
  DiscoveryEvents& events_;
  std::minstd_rand random_;
  net::ResolverOptions options_;
  LookupStats stats_;
  std::unique_ptr<net::Resolver> resolver_;  // null: nothing was watched yet
  std::map<std::string, std::unique_ptr<Watch>, std::less<>> watches_;  // gone before the resolver
};

}  // namespace weir::upstream
