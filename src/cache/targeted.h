#pragma once

#include <optional>

#include "cache/control.h"
#include "http/fields.h"

namespace weir::cache {

// What CDN-Cache-Control says, to the caches in front of a site and to no other (RFC 9213): a
// Dictionary of structured fields (RFC 8941 section 3.2) over all its lines. Nothing where it is
// absent, empty or not valid as a whole: then Cache-Control counts.
std::optional<ResponseControl> targeted_control(const http::Fields& response);

}  // namespace weir::cache
