#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/counter.h"
#include "cache/storing.h"

namespace weir::cache {

// How the cache answered a request; the `result` label of weir_cache_requests_total.
enum class Result : std::uint8_t {
  kHit,          // from a fresh response
  kMiss,         // by its origin: nothing that could be used was stored
  kStale,        // from a stale response: as allowed, or because its origin failed
  kRevalidated,  // from a stored response, after its origin said that it is good (304)
  kBypass,       // by its origin, the store was not asked: method, `bypass`, Range abuse
  kCoalesced,    // by what another request was being filled with
  kCount
};

// The label text of a result ("hit", ...).
std::string_view text_of(Result result);

// What one worker counts of one zone: written by it, read by any thread, never moved.
struct alignas(64) ZoneStats {
  std::array<base::Counter, static_cast<std::size_t>(Result::kCount)> requests;
  std::array<base::Counter, static_cast<std::size_t>(NotStored::kCount)> not_stored;
};

}  // namespace weir::cache
