#include "upstream/pool.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <unordered_map>
#include <utility>

#include "upstream/balancer_round_robin.h"

namespace weir::upstream {

namespace {

bool contains(std::span<EndpointSlot* const> slots, const EndpointSlot* slot) {
  return std::find(slots.begin(), slots.end(), slot) != slots.end();
}

RetryBudget budget_of(const PoolOptions& options, unsigned workers, base::Stamp now) {
  return {options.retry.budget_percent,
          static_cast<double>(options.retry.min_per_second) / std::max(workers, 1U), now};
}

}  // namespace

Pool::Pool(base::SharedRef<ObservedPool> observed, unsigned worker, const PoolOptions& options,
           base::SharedRef<const EndpointSet> set, Connections& connections, base::Stamp now,
           net::Mailbox* mailbox)
    : observed_(std::move(observed)),
      worker_(worker),
      options_(options),
      connections_(connections),
      budget_(budget_of(options, observed_->workers(), now)),
      queue_(*this),
      balancer_(make_balancer(options.balance, worker)) {
  observed_->board().connect(worker, mailbox);
  apply(std::move(set));
}

Pool::~Pool() {
  for (auto& slot : slots_) {
    assert(slot->busy.empty());
    connections_.close_idle(*slot);
  }
}

void Pool::configure(const PoolOptions& options, base::Stamp now) {
  if (!options_.balance.same_balancer(options.balance)) {
    balancer_ = make_balancer(options.balance, worker_);
    given_.clear();
  }
  bool same_budget = options_.retry.budget_percent == options.retry.budget_percent &&
                     options_.retry.min_per_second == options.retry.min_per_second;
  options_ = options;
  counts_load_ = needs_load();
  // A new one would let each reload of an outage pay for retries anew.
  if (!same_budget) budget_ = budget_of(options_, observed_->workers(), now);
  known_ = false;
  if (!queue_.empty()) queue_.look();
}

void Pool::apply(base::SharedRef<const EndpointSet> set) {
  balancer_->forget();
  given_.clear();
  std::unordered_map<const Endpoint*, base::Ref<EndpointSlot>> before;
  for (auto& slot : slots_) before.emplace(slot->endpoint.get(), std::move(slot));
  slots_.clear();
  set_ = std::move(set);
  for (const Member& member : set_->members()) {
    auto same = before.find(member.endpoint.get());
    if (same == before.end()) {
      slots_.push_back(base::make_ref<EndpointSlot>(*this, member, worker_));
      continue;
    }
    same->second->configure(member);
    slots_.push_back(std::move(same->second));
    before.erase(same);
  }
  for (auto& [endpoint, slot] : before) {
    slot->leaving = true;
    connections_.close_idle(*slot);
  }
  counts_load_ = needs_load();
  known_ = false;
  if (!queue_.empty()) queue_.look();
}

Pool::Rank Pool::rank_of(const EndpointSlot& slot, bool any_up, base::Stamp now) const {
  Health health = slot.endpoint->health();
  if (slot.down || (health == Health::kUnchecked && any_up)) return kNever;
  if (health == Health::kDown) return options_.when_down == WhenDown::kPanic ? kUnhealthy : kNever;
  if (slot.endpoint->ejected(now)) return slot.backup ? kEjectedBackup : kEjected;
  return slot.backup ? kBackup : kAvailable;
}

// Looks at all endpoints, when something changed since it did.
void Pool::refresh(base::Stamp now) {
  std::uint32_t changes = observed_->changes();
  if (known_ && changes == seen_changes_ && now < good_until_) return;
  known_ = true;
  seen_changes_ = changes;
  good_until_ = base::kNever;
  for (auto& rank : ranked_) rank.clear();
  bool any_up = std::any_of(slots_.begin(), slots_.end(), [](const auto& slot) {
    return !slot->down && slot->endpoint->health() == Health::kUp;
  });
  for (auto& slot : slots_) {
    Rank rank = rank_of(*slot, any_up, now);
    if (rank == kNever) continue;
    ranked_[rank].push_back(slot.get());
    base::Stamp until = slot->endpoint->ejected_until();
    if (until > now) good_until_ = std::min(good_until_, until);
  }
  best_ = kAvailable;
  while (best_ < kRanks && ranked_[best_].empty()) best_ = static_cast<Rank>(best_ + 1);
  for (int rank = best_ + 1; rank < kRanks; ++rank) settle(ranked_[rank]);
  if (best_ == kRanks || ranked_[best_] == given_) return;
  given_ = ranked_[best_];
  balancer_->set_candidates(given_);
}

// A place on the slot, where they are counted.
bool Pool::take(EndpointSlot& slot, Pick& pick) const {
  if (counts_load_) {
    pick.place = Place::take(slot);
    pick.full = !pick.place;
    if (pick.full) return false;
  }
  pick.slot = &slot;
  return true;
}

Pick Pool::pick(std::span<EndpointSlot* const> tried, base::Stamp now, std::uint64_t key) {
  refresh(now);
  Pick pick;
  if (best_ >= kRanks) return pick;
  if (!tried.empty() || !take(balancer_->pick(key), pick)) pick_other(tried, key, pick);
  if (pick.slot != nullptr) pick.slot->endpoint->begin_try(now, options_.fail_timeout);
  return pick;
}

// Goes down the classes that the header tells of, the first that has anybody with a place.
void Pool::pick_other(std::span<EndpointSlot* const> tried, std::uint64_t key, Pick& pick) {
  constexpr struct {
    Rank rank;
    bool tried;
    int trust;
  } kOrder[] = {{kAvailable, false, 3}, {kBackup, false, 3},       {kAvailable, true, 3},
                {kBackup, true, 3},     {kEjected, false, 2},      {kEjectedBackup, false, 2},
                {kEjected, true, 2},    {kEjectedBackup, true, 2}, {kUnhealthy, false, 1},
                {kUnhealthy, true, 1}};
  int full = 0;       // the trust in those that are
  pick.full = false;  // whom the balancer chose is one of those that follow
  for (const auto& step : kOrder) {
    if (step.trust < full) return;
    among_.clear();
    for (EndpointSlot* slot : ranked_[step.rank]) {
      if (contains(tried, slot) != step.tried) continue;
      if (counts_load_ && slot->full()) {
        pick.full = true;
      } else {
        among_.push_back(slot);
      }
    }
    if (pick_of(step.rank, key, pick)) return;
    if (pick.full) full = step.trust;
  }
}

// One of among_, who may be full by now: another worker may have been quicker.
bool Pool::pick_of(Rank rank, std::uint64_t key, Pick& pick) {
  while (!among_.empty()) {
    // The balancer knows of one class only.
    EndpointSlot& slot = rank == best_ ? balancer_->pick_among(among_, key)
                         : key != 0    ? *among_[key % among_.size()]
                                       : pick_smoothly(among_);
    if (take(slot, pick)) return true;
    among_.erase(std::find(among_.begin(), among_.end(), &slot));
  }
  return false;
}

bool Pool::needs_load() const {
  const BalanceOptions& balance = options_.balance;
  if (balance.by == BalanceBy::kLeastConn || balance.by == BalanceBy::kP2c ||
      (balance.by == BalanceBy::kHash && balance.bounded_percent != 0)) {
    return true;
  }
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const auto& slot) { return slot->max_conns != 0; });
}

bool Pool::has_other(std::span<EndpointSlot* const> tried, base::Stamp now) {
  refresh(now);
  for (Rank rank : {kAvailable, kBackup}) {
    for (const EndpointSlot* slot : ranked_[rank]) {
      if (!contains(tried, slot)) return true;
    }
  }
  return false;
}

bool Pool::is_full(base::Stamp now) {
  refresh(now);
  auto all_full = [](const std::vector<EndpointSlot*>& rank) {
    return std::all_of(rank.begin(), rank.end(), [](const auto* slot) { return slot->full(); });
  };
  return best_ < kRanks && std::all_of(std::begin(ranked_), std::end(ranked_), all_full);
}

bool Pool::count_failure(EndpointSlot& slot, base::Stamp now) {
  if (slots_.size() == 1) return false;
  EndpointSlot* const self[] = {&slot};
  return slot.endpoint->count_failure(now, options_, has_other(self, now));
}

bool Pool::put_aside(EndpointSlot& slot, base::Stamp now, base::Duration by) {
  EndpointSlot* const self[] = {&slot};
  by = std::min(by, options_.fail_timeout);
  if (by.count() <= 0 || slots_.size() == 1 || !has_other(self, now)) return false;
  slot.endpoint->put_aside(now, base::after(now, by));
  return true;
}

void Pool::on_down(const Endpoint& endpoint) {
  if (options_.on_down != OnDown::kCloseTunnels) return;
  for (auto& slot : slots_) {
    if (slot->endpoint.get() == &endpoint) return connections_.close_tunnels(*slot);
  }
}

}  // namespace weir::upstream
