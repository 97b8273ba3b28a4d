#pragma once

#include "base/arena.h"
#include "http/fields.h"

namespace weir::http {

// The field must not be in a trailer section, where it would frame, route, control, say who asks or
// how the content is to be taken (RFC 9110 section 6.5.1), or would be believed because weir writes
// it in heads.
bool is_forbidden_trailer(const Field& field);

// The Connection fields of a head, for its trailers: copied to the arena, since the head's own
// bytes may be gone when those come.
Fields kept_connection(const Fields& head, base::Arena& arena);

// Adds to `to` those of the trailers in `all` that go on: neither forbidden nor named by
// Connection, whose fields are `connection` (RFC 9110 section 7.6.1).
void pass_trailers(const Fields& all, const Fields& connection, base::Arena& arena, Fields& to);

}  // namespace weir::http
