#pragma once

#include <string>
#include <string_view>

namespace weir::support {

// `text` of a table with its escapes (\r \n \t \\ \0 \xHH, and \{N:text} for N times text) made
// into bytes. Throws where one is malformed.
std::string unescape(std::string_view text);

// The other way round, for what is told of bytes.
std::string escape(std::string_view bytes);

}  // namespace weir::support
