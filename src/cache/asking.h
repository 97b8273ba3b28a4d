#pragma once

#include "base/arena.h"
#include "cache/entry.h"
#include "http/fields.h"

namespace weir::cache {

// With which fields an origin is asked.

// For the whole response, whatever part or change of it the client asked for: without Range and
// conditions. Entries of the arena.
http::Fields unconditional(const http::Fields& request, base::Arena& arena);

// The same with the validators of what is stored (RFC 9111 section 4.3.1), so that a 304 may be the
// answer.
http::Fields validating(const http::Fields& request, const Entry& stored, base::Arena& arena);

}  // namespace weir::cache
