#pragma once

#include <string_view>

#include "base/arena.h"

namespace weir::http {

// The user that an Authorization value of the Basic scheme names (RFC 7617), decoded into the
// arena; empty for any other value. Nobody has checked the password.
std::string_view basic_user(std::string_view authorization, base::Arena& arena);

}  // namespace weir::http
