#pragma once

#include "support/memory/manual_time.h"
#include "support/memory/memory_connector.h"
#include "support/memory/memory_network.h"
#include "unit/observe/counted.h"
#include "upstream/health_checks.h"

namespace weir::observe {

// Health checks of the two endpoints of a Counted, of which the second is configured down, over
// memory.
class Probed final : public upstream::HealthEvents {
 public:
  explicit Probed(Counted& counted) : counted_(counted) { counted.source.health = &checks; }
  Probed(const Probed&) = delete;
  Probed& operator=(const Probed&) = delete;

  // Probes the first endpoint, which refuses.
  void refuse_first() {
    connector_.plan(80, memory::Plan::kRefuse);
    apply();
  }
  // Probes the first endpoint, which answers this.
  void answer_first(base::Bytes bytes) {
    apply();
    connector_.last().send(bytes);
    network_.run();
  }

  void on_health_change(const upstream::HealthChange&) override {}
  void on_all_checked() override {}

 private:
  void apply() {
    upstream::PoolOptions options;
    options.health_check.emplace();
    checks.apply(counted_.pool, options,
                 base::make_shared_ref<const upstream::EndpointSet>(
                     std::vector<upstream::Member>{counted_.first, counted_.second}));
    network_.run();
  }

  Counted& counted_;
  memory::ManualTime time_;
  memory::MemoryNetwork network_{time_.turns()};
  memory::MemoryConnector connector_{network_};

 public:
  upstream::HealthChecks checks{time_.turns(), time_.wheel(), connector_, *this, 1};
};

}  // namespace weir::observe
