#pragma once

#include <cstdint>
#include <string_view>

#include "cache/control.h"
#include "cache/freshness.h"
#include "http/message.h"
#include "http/named_fields.h"

namespace weir::cache {

// Why a response is not stored. The names that metrics use are text_of()'s.
enum class NotStored : std::uint8_t {
  kStored,  // it is
  kMethod,  // of the request: only GET fills
  kRequestNoStore,
  kRange,   // the request asked for a part, or this is one (206)
  kStatus,  // no final status that is understood, or 304
  kNoStore,
  kPrivate,
  kAuthorization,  // of the request, and nothing allows sharing it (RFC 9111 section 3.5)
  kSetCookie,
  kVaryAny,   // Vary: *
  kNotFresh,  // nothing says for how long, and it could not be validated either
  // by the route, or by what happened
  kNoEnd,       // neither length nor chunks say where it ends
  kUnkeyed,     // its request has a field that can lead elsewhere and is in no key
  kMinUses,     // its key was not asked for often enough
  kCondition,   // `no_store` of the route
  kTooLarge,    // over max_object, or for its shard
  kIncomplete,  // it was cut short
  kPurged,      // while it was coming
  kCount        // no reason: how many there are
};
std::string_view text_of(NotStored reason);
// Another request might have had the response stored.
bool is_by_request(NotStored reason);

// Whether a shared cache may store the response to this request (RFC 9111 section 3), and is of any
// use stored: stale from the start it must at least have a validator. The whole body must come all
// the same; who stores looks after that. Set-Cookie keeps a response from being stored, which is
// more than RFC 9111 asks, unless no-cache or private name it (then it is stored without, see
// is_stored_field).
NotStored why_not_stored(const http::RequestHead& request, const RequestControl& asked,
                         const http::ResponseHead& response, const ResponseControl& control,
                         const Lifetime& lifetime);

// The field goes into the cache with its response (RFC 9111 section 3.1): not those that end at a
// hop or that Connection names (`hop`), not those of proxies' authentication, and not those that
// no-cache or private name, which may not be told again without asking.
bool is_stored_field(const http::Field& field, const http::NamedFields& hop,
                     const ResponseControl& control);

// The response can be asked for again by its validator (RFC 9111 section 4.3.1).
bool has_validator(const http::Fields& response);

}  // namespace weir::cache
