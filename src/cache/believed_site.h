#pragma once

#include <string_view>

#include "base/arena.h"
#include "http/handler.h"

namespace weir::cache {

// Where a request goes as its origin will see it: what a trusted peer says by X-Forwarded-Proto and
// X-Forwarded-Host goes on to it (docs/forwarding.md), and answers may differ by that: a redirect
// to https, say, that only who came by http may get. Texts live as long as the request and `arena`.

// "http" or "https": the connection's, or a trusted X-Forwarded-Proto. One that is neither stands
// behind the connection's, as "http|3:ftp".
std::string_view believed_scheme(const http::Request& request, base::Arena& arena);

// The host in lower case, without a trailing dot, and its port, where that is not the scheme's own:
// spellings of one authority are one (RFC 9110 section 4.2.3). A trusted X-Forwarded-Host that is
// another one stands behind it, as "internal|example.com": who asks for one site must not choose
// what is told of another.
std::string_view believed_authority(const http::Request& request, base::Arena& arena);

// `authority` is that of the request, or what a trusted X-Forwarded-Host says, by any spelling.
bool is_believed_authority(const http::Request& request, std::string_view authority,
                           base::Arena& arena);

}  // namespace weir::cache
