#pragma once

#include <string_view>

#include "base/arena.h"
#include "http/failure.h"
#include "http/message.h"

namespace weir::http {

// Splits head.target into head.authority (absolute-form only), path, normal_path, path_rewritten,
// query and has_query; head.method must be set (RFC 9112 section 3.2). origin-form for any method,
// absolute-form of http and https, "*" for OPTIONS alone; everything else is kBadRequest, and so
// are "#", white space and control bytes. Bytes above 0x7f pass as received. The authority is not
// checked here. Views point into head.target, or into the arena where the normal form differs from
// the path received.
Reason parse_target(RequestHead& head, base::Arena& arena);

// A path in its normal form.
struct NormalPath {
  std::string_view text;
  bool had_dots = false;  // the raw path held dot segments, plain or encoded
};

// Brings a path that begins with "/" to its normal form: unreserved %XX decoded, other %XX in upper
// case (so %2F and %5C stay opaque), runs of "/" merged, then dot segments removed (RFC 3986
// sections 5.2.4 and 6.2.2). kBadPath where it climbs above the root, holds %00, or a % without two
// hex digits. Idempotent. A path that is its own normal form is returned as it is; others are made
// in the arena.
Reason normalize_path(std::string_view path, base::Arena& arena, NormalPath& out);

}  // namespace weir::http
