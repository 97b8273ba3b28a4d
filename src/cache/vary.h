#pragma once

#include <string>
#include <string_view>

#include "http/fields.h"

namespace weir::cache {

// The names that a response's Vary lists (RFC 9110 section 12.5.5): lower case, each once, sorted,
// separated by commas. So responses that vary by the same fields have the same text. Empty for
// none.
// ("*" keeps a response from being stored before anybody asks here.)
std::string varying_names(const http::Fields& response);

// The secondary key (RFC 9111 section 4.1): what the request has in the fields `names` lists (as
// varying_names() wrote them). Requests that select the same representation have the same text:
// - lines of one name are joined, and white space around commas does not count;
// - Accept-Encoding is a set: codings in lower case and sorted, those with q=0 marked, other
// weights
//   left out where all are 1;
// - an absent field differs from an empty one.
// Two different lists of values never have the same text: lengths stand in it.
std::string varying_values(const http::Fields& request, std::string_view names);
// The same, in place of what `out` holds; takes memory only where `out` has not enough.
void write_varying_values(const http::Fields& request, std::string_view names, std::string& out);

}  // namespace weir::cache
