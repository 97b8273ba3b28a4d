#pragma once

#include <string_view>

namespace weir::http {

// The client would rather have JSON than HTML, by its Accept (RFC 9110 section 12.5.1): JSON has
// the higher weight, or the same and is named while HTML is not. Doubt means HTML: an empty field,
// wildcards alone, a browser's list.
bool prefers_json(std::string_view accept);

}  // namespace weir::http
