#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/key_memory.h"
#include "sim/pool_model.h"
#include "support/seeds.h"
#include "unit/upstream/world.h"

namespace weir::sim {

// Two workers' pools of the same endpoints, and whatever may happen to them at random: picks, tries
// that end, failures, probes, sets and options that change, time. Each pick is held against the
// model, each count against the storm's own.
class PoolStorm {
 public:
  // The seed chooses the balancer too.
  explicit PoolStorm(std::uint64_t seed);

  void blow(int steps);
  // Everything is given back and everybody is well: picks are spread by weight.
  void calm();
  // Everything is given back: all counts are zero.
  void finish();
  // That found somebody.
  [[nodiscard]] std::size_t picks() const { return picks_; }

 private:
  struct Worker {
    explicit Worker(const std::vector<Backend>& backends) : model(backends) {}
    PoolModel model;
    std::unique_ptr<upstream::Pool> pool;
  };
  // A try that is under way.
  struct Try {
    std::size_t worker;
    std::size_t backend;
    base::Ref<upstream::EndpointSlot> slot;
    upstream::Place place;
  };

  void step();
  void pick();
  void check_balance(const PoolModel& model, const Choice& choice, std::size_t position,
                     std::uint64_t key);
  void check_bound(const PoolModel& model, const Choice& choice, std::size_t position);
  void end();
  void end(std::size_t index, bool tell);
  void fail(const Try& one);
  void ask_aside();
  void probe();
  void change_set(Worker& worker, bool with_all_kinds);
  void take_set(Worker& worker, std::vector<Configured> set);
  void change_options(Worker& worker);
  void check_counts();
  void check_shares(Worker& worker, std::span<const std::size_t> there);
  void check_held(Worker& worker, std::span<const std::size_t> there);

  Worker& any_worker() { return workers_[dice_.below(workers_.size())]; }
  Marks marks(const Worker& worker, std::span<upstream::EndpointSlot* const> slots) const;
  [[nodiscard]] base::Stamp now() const { return world_.time.now(); }
  [[nodiscard]] std::vector<base::Stamp> ejections() const;

  support::Dice dice_;
  upstream::World world_;
  std::vector<Backend> backends_;
  upstream::BalanceOptions balance_;  // of this storm, most of the time
  std::vector<Worker> workers_;
  std::vector<Try> tries_;
  KeyMemory keys_;
  base::Stamp fail_timeout_max_ = 0;  // that was ever configured, ns
  std::size_t picks_ = 0;
};

}  // namespace weir::sim
