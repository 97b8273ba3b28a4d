#pragma once

#include <deque>
#include <string>
#include <utility>

#include "base/ref.h"
#include "server/places.h"
#include "server/stats.h"

namespace weir::server {

// What is observed of a route or a listener, over all workers and reloads: a block of counters for
// each worker, which that worker writes and any thread reads. Made by the control thread; whoever
// serves or watches it holds it. The blocks never move.
template <class Stats>
class Observed : public base::Shared {
 public:
  // `name` is its label in metrics.
  Observed(std::string name, unsigned workers) : name_(std::move(name)), stats_(workers) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  Stats& stats(unsigned worker) { return stats_[worker]; }
  [[nodiscard]] const Stats& stats(unsigned worker) const { return stats_[worker]; }

 private:
  const std::string name_;
  std::deque<Stats> stats_;  // by worker
};
using ObservedRoute = Observed<RouteStats>;

// A listener, and how many connections it has over all workers.
class ObservedListener final : public Observed<ListenerStats> {
 public:
  using Observed::Observed;

  // Bounded by the listener's `connections`. Any thread.
  Places& places() { return places_; }

 private:
  Places places_;
};

}  // namespace weir::server
