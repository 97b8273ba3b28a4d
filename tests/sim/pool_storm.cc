#include "sim/pool_storm.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "base/hash.h"

namespace weir::sim {

using upstream::BalanceBy;
using upstream::EndpointSlot;
using upstream::Health;

namespace {

constexpr std::size_t kBackends = 12;
constexpr std::size_t kKeys = 16;

upstream::BalanceOptions balance_of(std::size_t kind) {
  upstream::BalanceOptions balance;
  constexpr BalanceBy kBy[] = {BalanceBy::kRoundRobin, BalanceBy::kLeastConn, BalanceBy::kP2c,
                               BalanceBy::kHash,       BalanceBy::kHash,      BalanceBy::kIpHash};
  balance.by = kBy[kind % std::size(kBy)];
  if (kind % std::size(kBy) == 4) balance.bounded_percent = 125;
  return balance;
}

}  // namespace

PoolStorm::PoolStorm(std::uint64_t seed)
    : dice_(seed),
      world_(std::vector<upstream::EndpointOptions>(kBackends), 2),
      balance_(balance_of(static_cast<std::size_t>(seed))) {
  for (const auto& endpoint : world_.endpoints) backends_.push_back({endpoint});
  for (unsigned i = 0; i < 2; ++i) {
    Worker& worker = workers_.emplace_back(backends_);
    worker.model.options.balance = balance_;
    worker.pool =
        std::make_unique<upstream::Pool>(world_.observed, i, worker.model.options,
                                         worker.model.endpoint_set(), world_.connections, now());
    change_options(worker);
    change_set(worker, true);
  }
}

void PoolStorm::blow(int steps) {
  for (int i = 0; i < steps; ++i) {
    step();
    check_counts();
  }
}

void PoolStorm::step() {
  switch (dice_.below(16)) {
    case 0:
      return ask_aside();
    case 1:
      return probe();
    case 2:
      return world_.time.advance(base::Duration(dice_.below(dice_.chance(8) ? 20'000 : 200)));
    case 3: {
      if (!dice_.chance(4)) return;
      Worker& worker = any_worker();
      // A set comes to one worker before it comes to the other.
      if (dice_.chance(2)) return take_set(worker, workers_[0].model.set);
      return change_set(worker, true);
    }
    case 4:
      if (dice_.chance(6)) change_options(any_worker());
      return;
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
      return end();
    default:
      return pick();
  }
}

Marks PoolStorm::marks(const Worker& worker, std::span<EndpointSlot* const> slots) const {
  Marks marks;
  for (const auto& slot : worker.pool->slots()) {
    marks.push_back(std::find(slots.begin(), slots.end(), slot.get()) != slots.end());
  }
  return marks;
}

std::vector<base::Stamp> PoolStorm::ejections() const {
  std::vector<base::Stamp> until;
  for (const Backend& one : backends_) until.push_back(one.endpoint->ejected_until());
  return until;
}

void PoolStorm::pick() {
  std::size_t number = dice_.below(workers_.size());
  Worker& worker = workers_[number];
  std::vector<EndpointSlot*> tried;
  while (!worker.model.set.empty() && dice_.chance(3)) {
    tried.push_back(worker.pool->slots()[dice_.below(worker.pool->size())].get());
  }
  std::uint64_t key = dice_.chance(4) ? 0 : base::mix(1 + dice_.below(kKeys));
  Choice choice = worker.model.choice(marks(worker, tried), now());
  std::vector<base::Stamp> before = ejections();

  upstream::Pick pick = worker.pool->pick(tried, now(), key);

  INFO(worker.model.describe(now()), tried.size(), " tried, key ", key);
  REQUIRE(pick.full == choice.full);
  REQUIRE((pick.slot == nullptr) == choice.may.empty());
  if (pick.slot == nullptr) return;
  const auto& slots = worker.pool->slots();
  auto found = std::find_if(slots.begin(), slots.end(),
                            [&](const auto& slot) { return slot.get() == pick.slot; });
  REQUIRE(found != slots.end());
  auto position = static_cast<std::size_t>(found - slots.begin());
  REQUIRE(std::find(choice.may.begin(), choice.may.end(), position) != choice.may.end());
  REQUIRE(static_cast<bool>(pick.place) == worker.model.counts());
  if (choice.balanced) check_balance(worker.model, choice, position, key);

  // A pick puts nobody aside but the one that is checked by it.
  std::size_t picked = worker.model.set[position].backend;
  if (backends_[picked].fails != 0) before[picked] = backends_[picked].endpoint->ejected_until();
  REQUIRE(ejections() == before);
  if (pick.place) ++backends_[picked].held;
  tries_.push_back({number, picked, base::Ref<EndpointSlot>(pick.slot), std::move(pick.place)});
  ++picks_;
}

void PoolStorm::check_balance(const PoolModel& model, const Choice& choice, std::size_t position,
                              std::uint64_t key) {
  auto held = [&](std::size_t at) -> std::uint64_t { return model.backend(at).held; };
  auto weight = [&](std::size_t at) { return model.set[at].weight; };
  switch (model.options.balance.by) {
    case BalanceBy::kRoundRobin:
    case BalanceBy::kP2c:
      return;  // whoever: see calm()
    case BalanceBy::kLeastConn:
      for (std::size_t other : choice.may) {
        REQUIRE(held(position) * weight(other) <= held(other) * weight(position));
      }
      return;
    case BalanceBy::kHash:
    case BalanceBy::kIpHash:
      break;
  }
  if (model.options.balance.bounded_percent != 0) return check_bound(model, choice, position);
  if (key == 0) return;
  KeyMemory::Among among;
  for (std::size_t at : choice.may) among.emplace(model.set[at].backend, weight(at));
  REQUIRE(keys_.fits(key, std::move(among), model.set[position].backend));
}

// Whoever is picked has less than its share of all leases and this one, where anybody has.
void PoolStorm::check_bound(const PoolModel& model, const Choice& choice, std::size_t position) {
  std::uint64_t loads = 0;
  std::uint64_t weights = 0;
  for (std::size_t at : choice.best) {
    loads += model.backend(at).held;
    weights += model.set[at].weight;
  }
  // The way along the ring is bounded too.
  if (weights > 10 * kBackends) return;
  auto below = [&](std::size_t at) {
    std::uint64_t percent = model.options.balance.bounded_percent;
    std::uint64_t share = (loads + 1) * model.set[at].weight * percent;
    return model.backend(at).held * weights * 100 < share;
  };
  if (std::any_of(choice.may.begin(), choice.may.end(), below)) REQUIRE(below(position));
}

void PoolStorm::end() {
  if (!tries_.empty()) end(dice_.below(tries_.size()), true);
}

void PoolStorm::end(std::size_t index, bool tell) {
  std::swap(tries_[index], tries_.back());
  Try one = std::move(tries_.back());
  tries_.pop_back();
  if (one.place) --backends_[one.backend].held;
  one.place.give_back();
  if (!tell) return;
  if (dice_.chance(3)) return fail(one);
  if (dice_.chance(3)) return;  // neither: its client left
  one.slot->endpoint->count_success();
  backends_[one.backend].fails_in_row = 0;
}

void PoolStorm::fail(const Try& one) {
  const Worker& worker = workers_[one.worker];
  const upstream::PoolOptions& options = worker.model.options;
  Backend& backend = backends_[one.backend];
  EndpointSlot* const self[] = {one.slot.get()};
  bool others = worker.model.has_other(marks(worker, self), now());
  bool counted =
      worker.model.set.size() != 1 && options.max_fails != 0 && options.fail_timeout.count() != 0;
  if (counted) ++backend.fails;
  if (counted) ++backend.fails_in_row;
  base::Stamp before = backend.endpoint->ejected_until();
  bool came = worker.pool->count_failure(*one.slot, now());
  if (!counted || !others || backend.fails < options.max_fails) {
    REQUIRE(!came);
    REQUIRE(backend.endpoint->ejected_until() == before);
  }
  if (came) {
    REQUIRE(before <= now());
    REQUIRE(backend.endpoint->ejected_until() == base::after(now(), options.fail_timeout));
  }
  if (counted && others && backend.fails_in_row >= options.max_fails) {
    REQUIRE(backend.endpoint->ejected(now()));
  }
}

// An answer says Retry-After.
void PoolStorm::ask_aside() {
  if (tries_.empty()) return;
  const Try& one = tries_[dice_.below(tries_.size())];
  const Worker& worker = workers_[one.worker];
  EndpointSlot* const self[] = {one.slot.get()};
  auto by = std::min(base::Duration(dice_.below(20'000)), worker.model.options.fail_timeout);
  bool may = by.count() != 0 && worker.model.set.size() != 1 &&
             worker.model.has_other(marks(worker, self), now());
  base::Stamp before = one.slot->endpoint->ejected_until();
  REQUIRE(worker.pool->put_aside(*one.slot, now(), by) == may);
  base::Stamp until = may ? std::max(before, base::after(now(), by)) : before;
  REQUIRE(one.slot->endpoint->ejected_until() == until);
}

void PoolStorm::probe() {
  Backend& backend = backends_[dice_.below(kBackends)];
  base::Stamp before = backend.endpoint->ejected_until();
  switch (dice_.below(4)) {
    case 0:
      backend.health = dice_.chance(2) ? Health::kDown : Health::kUnchecked;
      return backend.endpoint->set_health(backend.health);
    case 1:
      backend.endpoint->forgive();
      REQUIRE(backend.endpoint->ejected_until() <= before);
      break;
    default:
      backend.health = Health::kUp;
      backend.endpoint->set_health(backend.health);
      backend.endpoint->readmit();
      REQUIRE(!backend.endpoint->ejected(now()));
  }
  backend.fails = backend.fails_in_row = 0;
}

void PoolStorm::change_set(Worker& worker, bool with_all_kinds) {
  std::vector<Configured> set;
  bool bounded = with_all_kinds && dice_.chance(2);
  bool ring = balance_.by == BalanceBy::kHash || balance_.by == BalanceBy::kIpHash;
  // A large ring takes long to make.
  std::size_t heaviest = dice_.chance(3) ? 1 : ring || dice_.chance(2) ? 10 : 100;
  for (std::size_t i = 0; i < kBackends; ++i) {
    if (dice_.chance(2)) continue;
    Configured one;
    one.backend = i;
    one.weight = static_cast<unsigned>(1 + dice_.below(heaviest));
    if (bounded) one.max_conns = static_cast<unsigned>(dice_.below(4));
    one.backup = with_all_kinds && dice_.chance(4);
    one.down = with_all_kinds && dice_.chance(8);
    set.insert(set.begin() + static_cast<std::ptrdiff_t>(dice_.below(set.size() + 1)), one);
  }
  take_set(worker, std::move(set));
}

void PoolStorm::take_set(Worker& worker, std::vector<Configured> set) {
  std::vector<std::pair<const upstream::Endpoint*, EndpointSlot*>> before;
  for (const auto& slot : worker.pool->slots()) {
    before.emplace_back(slot->endpoint.get(), slot.get());
  }
  worker.model.set = std::move(set);
  worker.pool->apply(worker.model.endpoint_set());
  const auto& slots = worker.pool->slots();
  REQUIRE(slots.size() == worker.model.set.size());
  for (std::size_t i = 0; i < slots.size(); ++i) {
    REQUIRE(slots[i]->endpoint.get() == worker.model.backend(i).endpoint.get());
    for (const auto& [endpoint, slot] : before) {
      if (endpoint == slots[i]->endpoint.get()) REQUIRE(slot == slots[i].get());
    }
  }
}

void PoolStorm::change_options(Worker& worker) {
  upstream::PoolOptions& options = worker.model.options;
  options.balance = dice_.chance(4) ? balance_of(dice_.below(6)) : balance_;
  options.when_down = dice_.chance(2) ? upstream::WhenDown::kPanic : upstream::WhenDown::kFail;
  options.max_fails = static_cast<unsigned>(dice_.below(4));
  options.fail_timeout = base::Duration(5'000 * dice_.below(3));
  fail_timeout_max_ = std::max<base::Stamp>(fail_timeout_max_,
                                            std::chrono::nanoseconds(options.fail_timeout).count());
  worker.pool->configure(options, now());
}

void PoolStorm::check_counts() {
  for (const Backend& one : backends_) {
    REQUIRE(one.endpoint->load() == one.held);
    REQUIRE(one.endpoint->ejected_until() <= now() + fail_timeout_max_);
  }
}

void PoolStorm::finish() {
  while (!tries_.empty()) end(0, false);
  check_counts();
  for (Worker& worker : workers_) worker.pool.reset();
  for (const Backend& one : backends_) {
    REQUIRE(one.endpoint->load() == 0);
    for (unsigned i = 0; i < 2; ++i) REQUIRE(one.endpoint->stats(i).in_flight.get() == 0);
  }
}

}  // namespace weir::sim
