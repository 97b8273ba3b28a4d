// What a storm leaves behind: picks are spread by weight as if it had not been.

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <utility>

#include "sim/bounds.h"
#include "sim/pool_storm.h"
#include "upstream/balancer_hash.h"

namespace weir::sim {

using upstream::BalanceBy;

namespace {

constexpr int kByTurns = 400;     // picks, where they go by turns
constexpr int kByChance = 3'000;  // where they go by chance
constexpr int kHeld = 300;

}  // namespace

void PoolStorm::calm() {
  while (!tries_.empty()) end(0, false);
  for (Backend& one : backends_) {
    one.health = upstream::Health::kUp;
    one.endpoint->set_health(one.health);
    one.endpoint->readmit();
    one.fails = one.fails_in_row = 0;
  }
  Worker& worker = workers_[0];
  // By least_conn those that were level in the storm have taken turns among themselves only.
  bool anew = worker.model.options.balance.by == BalanceBy::kLeastConn || dice_.chance(2);
  if (anew) change_set(worker, false);
  while (worker.model.best(now()).empty()) change_set(worker, false);
  std::vector<std::size_t> there = worker.model.best(now());
  check_shares(worker, there);
  auto bounded = [&](std::size_t at) { return worker.model.set[at].max_conns != 0; };
  if (std::none_of(there.begin(), there.end(), bounded)) check_held(worker, there);
}

// Each pick is given back at once.
void PoolStorm::check_shares(Worker& worker, std::span<const std::size_t> there) {
  const std::vector<Configured>& set = worker.model.set;
  BalanceBy by = worker.model.options.balance.by;
  bool by_turns = by == BalanceBy::kRoundRobin || by == BalanceBy::kLeastConn;
  int picks = by_turns ? kByTurns : kByChance;
  std::vector<int> counts(set.size());
  for (int i = 0; i < picks; ++i) {
    upstream::Pick pick = worker.pool->pick({}, now(), dice_.next() | 1);
    REQUIRE(pick.slot != nullptr);
    for (std::size_t at : there) counts[at] += worker.pool->slots()[at].get() == pick.slot ? 1 : 0;
  }
  double weights = 0;
  std::set<unsigned> groups;
  for (std::size_t at : there) {
    weights += set[at].weight;
    groups.insert(set[at].weight);
  }
  for (std::size_t at : there) {
    double share = set[at].weight / weights;
    double stray = 0;
    switch (by) {
      case BalanceBy::kRoundRobin:
        // Of its group; and those of one weight take turns.
        stray = smooth_stray(groups.size()) + 1;
        break;
      case BalanceBy::kLeastConn:
        stray = smooth_stray(there.size());
        break;
      case BalanceBy::kP2c:
        stray = binomial_stray(picks, share);
        break;
      case BalanceBy::kHash:
      case BalanceBy::kIpHash: {
        double points = upstream::BalancerHash::kPoints;
        double ring = ring_stray(points * set[at].weight, points * weights);
        stray = picks * ring + binomial_stray(picks, std::min(0.5, share + ring));
      }
    }
    INFO("balancer ", static_cast<int>(by), ", ", there.size(), " endpoints, ", counts[at], " of ",
         picks, " for a share of ", share);
    REQUIRE(counts[at] >= picks * share - stray);
    REQUIRE(counts[at] <= picks * share + stray);
  }
}

// None is given back before the last.
void PoolStorm::check_held(Worker& worker, std::span<const std::size_t> there) {
  const std::vector<Configured>& set = worker.model.set;
  BalanceBy by = worker.model.options.balance.by;
  if (by != BalanceBy::kLeastConn && by != BalanceBy::kP2c) return;
  std::vector<upstream::Place> places;
  for (int i = 0; i < kHeld; ++i) {
    places.push_back(std::move(worker.pool->pick({}, now(), 0).place));
  }
  double weights = 0;
  for (std::size_t at : there) weights += set[at].weight;
  for (std::size_t at : there) {
    std::uint64_t load = worker.model.backend(at).endpoint->load();
    double share = set[at].weight / weights;
    // Two choices spread more evenly than one.
    if (by == BalanceBy::kP2c) {
      REQUIRE(static_cast<double>(load) <= kHeld * share + binomial_stray(kHeld, share));
      continue;
    }
    // The last one came when nobody had less.
    for (std::size_t other : there) {
      std::uint64_t theirs = worker.model.backend(other).endpoint->load();
      if (load > 0) REQUIRE((load - 1) * set[other].weight <= theirs * set[at].weight);
    }
  }
}

}  // namespace weir::sim
