#pragma once

#include <string_view>

#include "base/arena.h"

namespace weir::http {

// The Content-Types of the two.
inline constexpr std::string_view kErrorPageType = "text/html";
inline constexpr std::string_view kErrorJsonType = "application/json";

// The body of an answer that weir makes itself, a short HTML page that names the status. Made in
// the arena.
std::string_view error_page(unsigned status, base::Arena& arena);
// The same for programs: {"status": 404, "error": "Not Found"}.
std::string_view error_json(unsigned status, base::Arena& arena);

}  // namespace weir::http
