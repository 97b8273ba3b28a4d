#pragma once

#include <cstdint>
#include <optional>

#include "cache/control.h"
#include "cache/seconds.h"
#include "http/fields.h"
#include "http/message.h"

namespace weir::cache {

// When a response was asked for and when its head came, by our clock.
struct Exchanged {
  Seconds asked = 0;
  Seconds received = 0;
};

// The response's age at `received` (corrected_initial_age, RFC 9111 section 4.2.3): the larger of
// what its Date says and what its Age says with the time that it was under way. A clock ahead of
// ours is no age. Of several values of Age the first counts; an invalid one counts nothing
// (section 5.1).
Seconds initial_age(const http::Fields& response, Exchanged when);

// What says for how long a response is fresh.
enum class FreshBy : std::uint8_t {
  kNothing,
  kSMaxAge,
  kMaxAge,
  kExpires,
  kConfigured,
  kHeuristic
};

// For how long, counted from age 0, and by whose word.
struct Lifetime {
  Seconds seconds = 0;
  FreshBy by = FreshBy::kNothing;
};

// May be stored, and be fresh, without a word of its origin about that (RFC 9110 section 15.1); 206
// is one of them and not here, since parts are not stored.
bool is_heuristically_cacheable(unsigned status);

// For how long the response is fresh, counted from age 0 (freshness_lifetime, RFC 9111 section
// 4.2.1): s-maxage, else max-age, else Expires less Date, else `configured` (the route's `valid`
// for this status), else a tenth of the time since Last-Modified, a day at most (section 4.2.2),
// where the status or `public` allows that. What is invalid or contradicts itself is 0: stale. An
// absent or invalid Date is `received` (RFC 9110 section 6.6.1).
Lifetime lifetime_of(const http::ResponseHead& response, const ResponseControl& control,
                     Seconds received, std::optional<Seconds> configured);

// What decides over the reuse of a stored response: a plain value, kept with it.
struct Terms {
  Seconds lifetime = 0;
  Seconds age = 0;       // at `received`
  Seconds received = 0;  // or validated last
  Seconds stale_while_revalidate = 0;
  Seconds stale_if_error = 0;
  bool no_cache = false;       // never without asking first
  bool forbids_stale = false;  // must-revalidate and its kin
  bool purged = false;         // softly: stale from now on

  [[nodiscard]] Seconds age_at(Seconds now) const;
  // For how long it has been stale; below 0: for how long it is still fresh.
  [[nodiscard]] Seconds staleness_at(Seconds now) const;
};

// What becomes of a request for which a response is stored.
enum class Reuse : std::uint8_t {
  kFresh,            // answered by it
  kStale,            // answered by it, though stale: the request allows that (max-stale)
  kWhileRevalidate,  // answered by it, and revalidated in the background (RFC 5861 section 3)
  kRevalidate,       // asked for first
  kRefuse,           // only-if-cached, and asking would be due: 504
};

Reuse reuse(const Terms& terms, const RequestControl& request, Seconds now);

// The origin failed, rather than said something (RFC 5861 section 4).
bool is_failure(unsigned status);

// May answer where asking failed: a 5xx or none at all (RFC 5861 section 4). The request's
// stale-if-error counts beside the response's, the larger of the two.
bool may_answer_error(const Terms& terms, const RequestControl& request, Seconds now);

}  // namespace weir::cache
