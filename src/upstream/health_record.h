#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "upstream/endpoint.h"

namespace weir::upstream {

// How a probe ended.
struct ProbeResult {
  enum class Kind : std::uint8_t {
    kWell,
    kFailed,   // by the endpoint's fault
    kUnknown,  // weir could not ask (nothing left to connect with): says nothing about it
  };
  Kind kind = Kind::kWell;
  std::string reason;  // of all but kWell: "refused", "timeout", "status 500", "body without 'ok'"
};

// What the probes of one endpoint have said: which state follows (rise and fall, as HAProxy's), and
// what there is to tell of it. The first verdict needs one probe only. Pure. One thread.
class HealthRecord {
 public:
  using WallTime = std::chrono::system_clock::time_point;

  // Begins as `health`. `decided` false: the first verdict is still to come.
  HealthRecord(Health health, bool decided, base::Stamp now, WallTime wall)
      : health_(health), decided_(decided), since_(now), since_wall_(wall) {}

  // A probe ended. True when that changed the health.
  bool count(const ProbeResult& result, unsigned rise, unsigned fall, base::Stamp now,
             WallTime wall);

  [[nodiscard]] Health health() const { return health_; }
  // It had its first verdict, or begins with one.
  [[nodiscard]] bool decided() const { return decided_; }
  // Probes that ended as the last one did, in a row; those of kUnknown do not count.
  [[nodiscard]] unsigned row() const { return row_; }
  // Why the last probe did not end well; empty: it did, or there was none.
  [[nodiscard]] const std::string& reason() const { return reason_; }
  // Since when the health is what it is.
  [[nodiscard]] base::Stamp since() const { return since_; }
  [[nodiscard]] WallTime since_wall() const { return since_wall_; }
  // Probes that ended so.
  [[nodiscard]] std::uint64_t well() const { return well_; }
  [[nodiscard]] std::uint64_t failed() const { return failed_; }

 private:
  [[nodiscard]] bool decides(bool good, unsigned rise, unsigned fall) const;

  Health health_;
  bool decided_;
  bool last_good_ = true;
  unsigned row_ = 0;
  std::string reason_;
  base::Stamp since_;
  WallTime since_wall_;
  std::uint64_t well_ = 0;
  std::uint64_t failed_ = 0;
};

}  // namespace weir::upstream
