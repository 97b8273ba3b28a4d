#include "upstream/discovery.h"

#include <algorithm>
#include <utility>

namespace weir::upstream {

// One name, and the look-up or the pause that it is in.
class Discovery::Watch final : public net::LookupEvents, public net::DeadlineEvents {
 public:
  Watch(Discovery& discovery, std::string name)
      : discovery_(discovery), name_(std::move(name)), again_(discovery.loop_.wheel(), *this) {}

  [[nodiscard]] const WatchedName& name() const { return name_; }
  // Asks now, in place of a look-up or pause that is under way.
  void ask() {
    again_.clear();
    lookup_ = std::make_unique<net::Lookup>(*discovery_.resolver_, name_.name(), *this);
  }
  // No look-up is under way any more, and none will be until ask().
  void stop() {
    again_.clear();
    lookup_.reset();
  }

  void on_lookup(net::Lookup&, net::LookupAnswer answer) override {
    lookup_.reset();
    discovery_.count(answer.result);
    base::Stamp now = discovery_.loop_.now();
    NameChange change = name_.take(std::move(answer), now);
    std::uniform_real_distribution<double> spread;
    again_.set(
        base::after(now, name_.pause(discovery_.options_.ttl_min, spread(discovery_.random_))));
    if (change.addresses || change.failed || change.recovered)
      discovery_.events_.on_name(name_, change);
  }
  void on_deadline(net::Deadline&) override { ask(); }

 private:
  Discovery& discovery_;
  WatchedName name_;
  std::unique_ptr<net::Lookup> lookup_;
  net::Deadline again_;
};

Discovery::Discovery(net::Loop& loop, DiscoveryEvents& events, unsigned seed)
    : loop_(loop), events_(events), random_(seed) {}

Discovery::~Discovery() = default;

void Discovery::watch(const net::ResolverOptions& options, const std::vector<PoolOptions>& pools) {
  bool other_resolver = resolver_ == nullptr || options != options_;
  if (other_resolver) {
    for (auto& [name, watch] : watches_) watch->stop();
    options_ = options;
    resolver_ = std::make_unique<net::Resolver>(loop_, options);
  }
  auto before = std::exchange(watches_, {});
  for (const PoolOptions& pool : pools) {
    for (const EndpointOptions& endpoint : pool.endpoints) {
      if (!net::has_name(endpoint.address)) continue;
      auto [entry, fresh] = watches_.try_emplace(endpoint.address.host);
      if (!fresh) continue;
      auto known = before.find(endpoint.address.host);
      bool stays = known != before.end();
      entry->second =
          stays ? std::move(known->second) : std::make_unique<Watch>(*this, endpoint.address.host);
      if (!stays || other_resolver) entry->second->ask();
    }
  }
}

std::vector<Resolved> Discovery::resolve(const PoolOptions& pool) const {
  std::vector<Resolved> all;
  for (const EndpointOptions& endpoint : pool.endpoints) {
    Resolved& one = all.emplace_back(Resolved{endpoint, {}});
    if (auto literal = net::literal(endpoint.address)) {
      one.addresses.push_back(literal.value());
      continue;
    }
    auto watch = watches_.find(endpoint.address.host);
    if (watch == watches_.end()) continue;
    for (const net::SocketAddress& address : watch->second->name().addresses())
      one.addresses.push_back(net::with_port(address, endpoint.address.port));
  }
  return all;
}

bool Discovery::uses(const PoolOptions& pool, std::string_view name) {
  return std::any_of(pool.endpoints.begin(), pool.endpoints.end(),
                     [&](const auto& endpoint) { return endpoint.address.host == name; });
}

bool Discovery::settled() const {
  return std::all_of(watches_.begin(), watches_.end(),
                     [](const auto& watch) { return watch.second->name().answered(); });
}

void Discovery::count(net::LookupResult result) {
  switch (result) {
    case net::LookupResult::kOk:
      return stats_.ok.add();
    case net::LookupResult::kNone:
      return stats_.none.add();
    case net::LookupResult::kTimeout:
      return stats_.timeout.add();
    case net::LookupResult::kError:
      return stats_.error.add();
  }
}

}  // namespace weir::upstream
