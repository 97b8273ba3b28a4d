#include "sim/pool_model.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace weir::sim {

using upstream::BalanceBy;
using upstream::Health;

base::SharedRef<const upstream::EndpointSet> PoolModel::endpoint_set() const {
  std::vector<upstream::Member> members;
  for (const Configured& one : set) {
    members.push_back(
        {backends_[one.backend].endpoint, one.weight, one.max_conns, one.backup, one.down});
  }
  return base::make_shared_ref<const upstream::EndpointSet>(std::move(members));
}

bool PoolModel::counts() const {
  bool bounded =
      std::any_of(set.begin(), set.end(), [](const Configured& one) { return one.max_conns != 0; });
  switch (options.balance.by) {
    case BalanceBy::kLeastConn:
    case BalanceBy::kP2c:
      return true;
    case BalanceBy::kHash:
      return bounded || options.balance.bounded_percent != 0;
    case BalanceBy::kRoundRobin:
    case BalanceBy::kIpHash:
      break;
  }
  return bounded;
}

std::optional<PoolModel::Standing> PoolModel::standing(std::size_t position,
                                                       base::Stamp now) const {
  const Configured& one = set[position];
  if (one.down) return std::nullopt;
  Health health = backend(position).health;
  if (health == Health::kDown) {
    if (options.when_down == upstream::WhenDown::kFail) return std::nullopt;
    // No request goes there but in panic, and then backups are no worse.
    return Standing{Trust::kDown, false};
  }
  auto known_good = [&](const Configured& other) {
    return !other.down && backends_[other.backend].health == Health::kUp;
  };
  if (health == Health::kUnchecked && std::any_of(set.begin(), set.end(), known_good)) {
    return std::nullopt;
  }
  bool aside = backend(position).endpoint->ejected(now);
  return Standing{aside ? Trust::kAside : Trust::kAvailable, one.backup};
}

bool PoolModel::full(std::size_t position) const {
  unsigned most = set[position].max_conns;
  return most != 0 && backend(position).held >= most;
}

Choice PoolModel::choice(const Marks& tried, base::Stamp now) const {
  Choice choice;
  std::vector<std::pair<std::size_t, Standing>> there;
  Trust trust = Trust::kDown;
  for (std::size_t i = 0; i < set.size(); ++i) {
    auto mine = standing(i, now);
    if (!mine) continue;
    there.emplace_back(i, *mine);
    trust = std::min(trust, mine->trust);
  }
  // Among those most trusted: who was not tried, then who is no backup.
  std::optional<std::pair<bool, bool>> least;
  for (const auto& [position, mine] : there) {
    if (mine.trust != trust || full(position)) continue;
    std::pair cost(static_cast<bool>(tried[position]), mine.backup);
    if (!least || cost < *least) {
      least = cost;
      choice.may.clear();
    }
    if (cost == *least) choice.may.push_back(position);
  }
  choice.full = choice.may.empty() && !there.empty();
  choice.best = best(now);
  choice.balanced = !choice.may.empty() && std::find(choice.best.begin(), choice.best.end(),
                                                     choice.may.front()) != choice.best.end();
  return choice;
}

std::vector<std::size_t> PoolModel::best(base::Stamp now) const {
  std::vector<std::size_t> positions;
  std::optional<Standing> least;
  for (std::size_t i = 0; i < set.size(); ++i) {
    auto mine = standing(i, now);
    if (!mine) continue;
    if (!least || std::tie(mine->trust, mine->backup) < std::tie(least->trust, least->backup)) {
      least = mine;
      positions.clear();
    }
    if (*mine == *least) positions.push_back(i);
  }
  return positions;
}

bool PoolModel::has_other(const Marks& those, base::Stamp now) const {
  for (std::size_t i = 0; i < set.size(); ++i) {
    auto mine = standing(i, now);
    if (mine && mine->trust == Trust::kAvailable && !those[i]) return true;
  }
  return false;
}

std::string PoolModel::describe(base::Stamp now) const {
  std::string text = "balancer " + std::to_string(static_cast<int>(options.balance.by)) + ":";
  for (std::size_t i = 0; i < set.size(); ++i) {
    const Configured& one = set[i];
    text += " [" + std::to_string(one.backend) + ": weight " + std::to_string(one.weight);
    text += ", " + std::to_string(backend(i).held) + " of " + std::to_string(one.max_conns);
    constexpr const char* kHealth[] = {"", ", unchecked", ", found down"};
    text += kHealth[static_cast<std::size_t>(backend(i).health)];
    if (backend(i).endpoint->ejected(now)) text += ", put aside";
    if (one.backup) text += ", backup";
    text += one.down ? ", down]" : "]";
  }
  return text + " ";
}

}  // namespace weir::sim
