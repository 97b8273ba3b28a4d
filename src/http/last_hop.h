#pragma once

#include <cstdint>

#include "base/arena.h"
#include "base/bytes.h"
#include "http/message.h"

namespace weir::http {

// What Max-Forwards makes of this hop.
enum class Hop : std::uint8_t {
  kGoesOn,     // no Max-Forwards, or there are hops left
  kLast,       // 0: it is to be answered here, as by the final recipient
  kMalformed,  // repeated, or no number
};

// Counts this hop on the Max-Forwards of a TRACE or OPTIONS request (RFC 9110 section 7.6.2): where
// it goes on, the field of `head` is one less, made in the arena; the other fields are as they
// were. Other methods do not count hops.
Hop count_hop(RequestHead& head, base::Arena& arena);

// The request's head as it came, for who sent TRACE (RFC 9110 section 9.3.8), without fields that
// carry secrets: Authorization, Proxy-Authorization, Cookie. Made in the arena.
base::Bytes traced(const RequestHead& head, base::Arena& arena);

}  // namespace weir::http
