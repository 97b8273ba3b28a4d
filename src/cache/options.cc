#include "cache/options.h"

namespace weir::cache {

std::optional<Seconds> CacheOptions::valid_for(unsigned status) const {
  std::optional<Seconds> any;
  for (const ValidFor& entry : valid) {
    if (entry.status == status) return entry.seconds;
    if (entry.status == 0) any = entry.seconds;
  }
  return any;
}

}  // namespace weir::cache
