#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/arena.h"
#include "cache/seconds.h"

namespace weir::cache {

// Why a request went to its origin (RFC 9211 section 2.2).
enum class Went : std::uint8_t {
  kNot,      // it did not: answered from the store
  kBypass,   // the cache is not for this request
  kMethod,   // nor for this method
  kMiss,     // nothing is stored that fits
  kRequest,  // it could have been answered, but asks for more (no-cache, max-age, conditions)
  kStale,    // what is stored has to be asked for first
};

// How a request was handled.
struct Handled {
  Went went = Went::kNot;
  unsigned origin_status = 0;  // that the origin answered; 0: none
  bool stored = false;         // its answer is being stored
  bool collapsed = false;      // it shared the answer to another request
  bool from_store = false;     // the client gets a stored response
  bool updating = false;       // a stale one, which is asked for meanwhile
  std::optional<Seconds> ttl;  // for how long what it gets is fresh; below 0: it is stale
};

// The value of Cache-Status (RFC 9211), made in the arena: "weir; hit; ttl=5",
// "weir; fwd=stale; fwd-status=304".
std::string_view cache_status(const Handled& handled, base::Arena& arena);

// What nginx's $upstream_cache_status would say: HIT, MISS, BYPASS, EXPIRED, STALE, UPDATING,
// REVALIDATED.
std::string_view x_cache(const Handled& handled);

}  // namespace weir::cache
