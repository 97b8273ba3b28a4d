#include "upstream/health_record.h"

namespace weir::upstream {

bool HealthRecord::decides(bool good, unsigned rise, unsigned fall) const {
  if (!decided_) return true;
  return good ? health_ == Health::kDown && row_ >= rise : health_ == Health::kUp && row_ >= fall;
}

bool HealthRecord::count(const ProbeResult& result, unsigned rise, unsigned fall, base::Stamp now,
                         WallTime wall) {
  reason_ = result.reason;
  if (result.kind == ProbeResult::Kind::kUnknown) {
    ++failed_;
    return false;
  }
  bool good = result.kind == ProbeResult::Kind::kWell;
  ++(good ? well_ : failed_);
  row_ = good == last_good_ ? row_ + 1 : 1;
  last_good_ = good;
  if (!decides(good, rise, fall)) return false;
  decided_ = true;
  Health health = good ? Health::kUp : Health::kDown;
  if (health == health_) return false;
  health_ = health;
  since_ = now;
  since_wall_ = wall;
  return true;
}

}  // namespace weir::upstream
