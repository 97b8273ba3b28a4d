#pragma once

#include <string_view>

#include "base/arena.h"
#include "http/failure.h"

namespace weir::http {

// The host part of an authority: lower case, without port and trailing dot, IPv6 with its brackets.
struct Host {
  std::string_view host;
  std::string_view port;  // digits as received; empty: none
};

// Parses host[:port] (RFC 9110 section 7.2, RFC 3986 section 3.2). kBadHost where it is empty, has
// user information, a path, a query, a port that is no number up to 65535, brackets around anything
// but an IPv6 address, or a byte that cannot be in a name. `out` has views into `authority`, or
// into the arena where the case had to be changed.
Reason parse_host(std::string_view authority, base::Arena& arena, Host& out);

}  // namespace weir::http
