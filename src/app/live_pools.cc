#include "app/live_pools.h"

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "observe/name_line.h"

namespace weir::app {

LivePools::LivePools(net::Loop& loop, observe::ErrorLog& errors, LivePoolsEvents& events)
    : loop_(loop),
      errors_(errors),
      events_(events),
      discovery_(loop, *this, std::random_device{}()) {}

void LivePools::look_up(const config::Config& next) { watch(next.resolver, next.upstreams); }

void LivePools::watch(const net::ResolverOptions& resolver,
                      std::vector<upstream::PoolOptions> pools) {
  for (const SharedPool& pool : pools_) pools.push_back(pool.options);
  discovery_.watch(resolver, pools);
  unsettled_ = !discovery_.settled();
}

std::vector<SharedPool> LivePools::build(const std::vector<upstream::PoolOptions>& options,
                                         unsigned workers) const {
  std::unordered_map<std::string_view, const SharedPool*> live;
  for (const SharedPool& pool : pools_) live.emplace(pool.options.name, &pool);
  std::vector<SharedPool> built;
  for (const upstream::PoolOptions& one : options) {
    auto same = live.find(one.name);
    const SharedPool* before = same == live.end() ? nullptr : same->second;
    auto observed = before != nullptr
                        ? before->observed
                        : base::make_shared_ref<upstream::ObservedPool>(one.name, workers);
    auto set = upstream::EndpointSet::build(observed, discovery_.resolve(one),
                                            before == nullptr ? nullptr : before->set.get());
    built.push_back({one, std::move(observed), std::move(set)});
  }
  return built;
}

void LivePools::serve(const Snapshot& snapshot) {
  pools_ = snapshot.pools();
  resolver_ = snapshot.config().resolver;
  look_up_served();
  // Their names may have been answered since they were built.
  for (SharedPool& pool : pools_) resolve(pool);
}

void LivePools::resolve(SharedPool& pool) {
  auto set =
      upstream::EndpointSet::build(pool.observed, discovery_.resolve(pool.options), pool.set.get());
  auto same = [](const upstream::Member& a, const upstream::Member& b) {
    return a.endpoint.get() == b.endpoint.get();
  };
  const auto& now = set->members();
  const auto& before = pool.set->members();
  if (std::equal(now.begin(), now.end(), before.begin(), before.end(), same)) return;
  pool.set = std::move(set);
  events_.on_endpoints(pool);
}

void LivePools::on_name(const upstream::WatchedName& name, const upstream::NameChange& change) {
  bool served = std::any_of(pools_.begin(), pools_.end(), [&](const SharedPool& pool) {
    return upstream::Discovery::uses(pool.options, name.name());
  });
  // The first answer of a name, well as one hopes it to be, is no news.
  if (served || change.failed || change.recovered) {
    auto line = observe::name_line(name, change, loop_.now());
    errors_.write_limited(line.level, line.text);
  }
  if (change.addresses) {
    for (SharedPool& pool : pools_) {
      if (upstream::Discovery::uses(pool.options, name.name())) resolve(pool);
    }
  }
  if (!unsettled_ || !discovery_.settled()) return;
  unsettled_ = false;
  events_.on_names_settled();
}

}  // namespace weir::app
