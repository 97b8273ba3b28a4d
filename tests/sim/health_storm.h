#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "support/seeds.h"
#include "unit/upstream/checked_world.h"

namespace weir::sim {

// Active health checks of one pool over backends in memory that are well and ill at random, while
// the set and the options change. What is known of an endpoint is held against what its probes
// have said, one by one.
class HealthStorm {
 public:
  explicit HealthStorm(std::uint64_t seed);

  void blow(int milliseconds);
  // All backends are well, then none: within the time that options give, so are the endpoints.
  void finish();
  // Changes of health that were told.
  [[nodiscard]] std::size_t changes() const { return changes_; }

 private:
  // What follows from the probes of an endpoint.
  struct Known {
    upstream::Health health;
    bool decided;
    std::uint64_t well = 0;
    std::uint64_t failed = 0;
    bool last_good = true;
    unsigned row = 0;
    std::size_t begins = 0;  // probes that began
  };

  void change_backend(std::uint16_t port);
  void heal(bool well);
  void change_options();
  void change_set();
  void apply();
  void watch();
  void watch_outcome(std::uint16_t port, Known& known, const upstream::HealthRecord& record);
  void watch_begins(std::uint16_t port, Known& known);
  [[nodiscard]] const upstream::HealthCheckOptions& options() const {
    return *world_.options.health_check;
  }

  support::Dice dice_;
  upstream::CheckedWorld world_;
  std::map<std::uint16_t, bool> set_;  // ports; whether they are configured down
  std::map<std::uint16_t, Known> known_;
  std::int64_t elapsed_ = 0;     // ms
  std::int64_t applied_at_ = 0;  // ms
  std::size_t changes_ = 0;
};

}  // namespace weir::sim
