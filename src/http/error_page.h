#pragma once

#include <string_view>

#include "base/arena.h"

namespace weir::http {

// The Content-Type of an error page.
inline constexpr std::string_view kErrorPageType = "text/html";

// The body of an answer that weir makes itself, a short HTML page that names the status. Made in
// the arena.
std::string_view error_page(unsigned status, base::Arena& arena);

}  // namespace weir::http
