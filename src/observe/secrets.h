#pragma once

#include <cstdint>
#include <string_view>

#include "base/arena.h"

namespace weir::observe {

// What a text that came from outside is, as far as secrets may stand in it.
enum class Secrets : std::uint8_t {
  kNone,         // none are looked for
  kQuery,        // "a=1&token=x"
  kUri,          // "http://user:password@host/path?token=x#token=x", or a part of one
  kRequestLine,  // "GET /path?token=x HTTP/1.1"
};

// The text as logs show it: "***" in place of the values of arguments that are secret by their name
// and of userinfo (RFC 3986 section 3.2.1). The text itself where there is nothing to hide, else a
// copy in the arena. Pure.
std::string_view masked(std::string_view text, Secrets kind, base::Arena& arena);

// The value of an argument of this name, as it stands in a query, is a secret: it ends as
// "access_token", "X-Amz-Signature" or "clientSecret" do, or is one of a few whole names. Case,
// %XX,
// "-" and "_" make no difference. docs/logging.md has the list.
bool is_secret_argument(std::string_view name);

}  // namespace weir::observe
