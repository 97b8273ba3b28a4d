#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/free_list.h"
#include "base/list.h"
#include "base/ref.h"
#include "net/stream.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "upstream/endpoint.h"
#include "upstream/endpoint_set.h"
#include "upstream/health_record.h"
#include "upstream/observed_pool.h"
#include "upstream/options.h"
#include "upstream/probe.h"

namespace weir::upstream {

// An endpoint whose health has changed. Views are only good during the call.
struct HealthChange {
  const Endpoint& endpoint;
  const HealthRecord& record;  // as it is now
  Health before;
  base::Stamp lasted;  // ns; how long it was that
};

// Hears what active health checks find. None of these may change what is checked.
class HealthEvents {
 public:
  virtual void on_health_change(const HealthChange& change) = 0;
  // No first verdict is missing any more.
  virtual void on_all_checked() = 0;

 protected:
  ~HealthEvents() = default;
};

// Active health checks of a process: probes the endpoints of the pools that ask for it, and tells
// each Endpoint its health, which all workers read. What was observed of an endpoint is kept as
// long as it stays in its pool's set. Once per process, on the control thread.
class HealthChecks final : public net::Deferred {
 public:
  // Probes that are under way at a time; others wait for their turn, first come first served.
  static constexpr std::size_t kOpenMax = 256;

  // All outlive it. `seed`: of the jitter.
  HealthChecks(net::Turns& turns, net::Wheel& wheel, net::Connector& connector,
               HealthEvents& events, std::uint32_t seed);
  // Gives up what is under way. Endpoints keep the health that they have.
  ~HealthChecks();
  HealthChecks(const HealthChecks&) = delete;
  HealthChecks& operator=(const HealthChecks&) = delete;

  // From now on the pool is configured so and has these endpoints; also for pools without health
  // checks, so that they are known if they get some later. Endpoints that stay keep their record
  // and their phase; the first probes of new ones are sent at once, and their intervals are spread
  // from the second one on. What is configured `down` is not probed. Where the pool has no checks
  // (any more) its endpoints are up.
  void apply(const base::SharedRef<ObservedPool>& pool, const PoolOptions& options,
             base::SharedRef<const EndpointSet> set);
  // The pool is no more.
  void forget(const ObservedPool& pool);

  // What is known of an endpoint; null where it is not probed. Until the next apply() or forget().
  [[nodiscard]] const HealthRecord* find(const Endpoint& endpoint) const;
  // Endpoints that are unchecked: their first verdict is missing.
  [[nodiscard]] std::size_t unchecked() const { return unchecked_; }
  // Probes that are under way.
  [[nodiscard]] std::size_t open() const { return open_; }

  void on_turn_end() override;

 private:
  struct Checked;
  struct CheckedPool;

  void add(CheckedPool& pool, const base::SharedRef<Endpoint>& endpoint, bool served);
  void retune(Checked& checked);
  void enqueue(Checked& checked);
  void start(Checked& checked);
  void ended(Checked& checked, const ProbeResult& result);
  void schedule(Checked& checked);
  [[nodiscard]] base::Stamp pause_of(const Checked& checked);

  net::Turns& turns_;
  net::Wheel& wheel_;
  net::Connector& connector_;
  HealthEvents& events_;
  std::minstd_rand random_;
  std::size_t open_ = 0;
  std::size_t unchecked_ = 0;
  std::uint32_t spread_ = 0;                   // endpoints whose phase was chosen
  std::vector<std::unique_ptr<Probe>> ended_;  // in this turn: may still be on the stack
  base::FreeList<Probe> probes_;
  base::List<Checked, struct OfDue> due_;  // wait for one of kOpenMax
  std::unordered_map<const ObservedPool*, std::unique_ptr<CheckedPool>> pools_;
};

}  // namespace weir::upstream
