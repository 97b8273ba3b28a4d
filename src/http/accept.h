#pragma once

#include "http/fields.h"

namespace weir::http {

// The client would rather have JSON than HTML, by all Accept lines of its request's fields (RFC
// 9110 section 12.5.1): JSON has the higher weight, or the same and is named while HTML is not.
// Doubt means HTML: no field or an empty one, wildcards alone, a browser's list.
bool prefers_json(const Fields& request);

}  // namespace weir::http
