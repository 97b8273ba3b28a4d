#pragma once

#include "base/arena.h"
#include "cache/entry.h"
#include "http/handler.h"

namespace weir::cache {

// The request that a fill asks its origin with for `from`: all of it is copied to the arena,
// without what makes the answer one for that client alone: conditions, Range, Expect, Upgrade, and
// a body. `stale`: what is stored, to be validated (RFC 9111 section 4.3.1); null: nothing. Its
// `body` and `record` are empty.
http::Request fill_request(const http::Request& from, const Entry* stale, base::Arena& arena);

// Of the tries that were made for a fill, what the request that caused it has on record; texts are
// copied to the arena.
void copy_tries(const http::Record& from, http::Record& to, base::Arena& arena);

}  // namespace weir::cache
