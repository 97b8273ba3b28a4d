#include "upstream/pool.h"

#include <algorithm>
#include <cassert>
#include <climits>
#include <cstddef>

#include "upstream/balancer_round_robin.h"

namespace weir::upstream {

namespace {

bool contains(std::span<EndpointSlot* const> slots, const EndpointSlot* slot) {
  return std::find(slots.begin(), slots.end(), slot) != slots.end();
}

}  // namespace

Pool::Pool(const PoolOptions& options, std::span<const base::SharedRef<Endpoint>> endpoints,
           std::span<EndpointStats* const> endpoint_stats, PoolStats& stats,
           Connections& connections, unsigned workers, base::Stamp now)
    : options_(options),
      stats_(stats),
      connections_(connections),
      budget_(options.retry.budget_percent,
              static_cast<double>(options.retry.min_per_second) / std::max(workers, 1U), now),
      balancer_(std::make_unique<BalancerRoundRobin>()) {
  assert(endpoints.size() == endpoint_stats.size());
  slots_.reserve(endpoints.size());
  candidates_.reserve(endpoints.size());
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    slots_.push_back(
        std::make_unique<EndpointSlot>(endpoints[i], *endpoint_stats[i], stats, options));
  }
}

Pool::~Pool() {
  for (auto& slot : slots_) {
    assert(slot->busy.empty());
    connections_.close_idle(*slot);
  }
}

EndpointSlot* Pool::pick(std::span<EndpointSlot* const> tried, base::Stamp now) {
  if (slots_.size() == 1) {
    EndpointSlot* lone = slots_.front().get();
    return lone->endpoint->options().down ? nullptr : lone;
  }
  EndpointSlot* picked = nullptr;
  candidates_.clear();
  if (tried.empty()) {
    for (auto& slot : slots_) {
      const Endpoint& endpoint = *slot->endpoint;
      if (endpoint.available(now) && !endpoint.options().backup) candidates_.push_back(slot.get());
    }
  }
  picked = candidates_.empty() ? pick_other(tried, now) : &balancer_->pick(candidates_);
  if (picked != nullptr) picked->endpoint->begin_try(now);
  return picked;
}

// Goes down the classes that the header tells of, the first that has anybody.
EndpointSlot* Pool::pick_other(std::span<EndpointSlot* const> tried, base::Stamp now) {
  constexpr unsigned kBackup = 1;
  constexpr unsigned kTried = 2;
  constexpr unsigned kEjected = 4;
  unsigned best = UINT_MAX;
  candidates_.clear();
  for (auto& slot : slots_) {
    const Endpoint& endpoint = *slot->endpoint;
    if (endpoint.options().down) continue;
    unsigned rank = (endpoint.options().backup ? kBackup : 0) |
                    (contains(tried, slot.get()) ? kTried : 0) |
                    (endpoint.ejected(now) ? kEjected : 0);
    if (rank > best) continue;
    if (rank < best) candidates_.clear();
    best = rank;
    candidates_.push_back(slot.get());
  }
  return candidates_.empty() ? nullptr : &balancer_->pick(candidates_);
}

bool Pool::has_other(std::span<EndpointSlot* const> tried, base::Stamp now) const {
  return std::any_of(slots_.begin(), slots_.end(), [&](const auto& slot) {
    return slot->endpoint->available(now) && !contains(tried, slot.get());
  });
}

bool Pool::count_failure(EndpointSlot& slot, base::Stamp now) {
  if (slots_.size() == 1) return false;
  EndpointSlot* const self[] = {&slot};
  return slot.endpoint->count_failure(now, has_other(self, now));
}

}  // namespace weir::upstream
