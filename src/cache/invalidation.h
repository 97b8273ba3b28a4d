#pragma once

#include "cache/compiled.h"
#include "cache/store.h"
#include "http/handler.h"

namespace weir::cache {

// What the answer to an unsafe request has made invalid goes out of the store: its target, and what
// Location and Content-Location name, if of the same origin (RFC 9111 section 4.4). Nothing where
// the method is safe or the answer an error.
void invalidate(const CompiledCache& plan, Store& store, const http::Request& request,
                const http::ResponseHead& answer);

}  // namespace weir::cache
