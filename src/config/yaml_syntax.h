#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "config/source.h"

namespace weir::config {

// A syntax error in words for people.
struct SyntaxError {
  Place place;
  std::string message;
  std::string hint;
};

// What the parser had seen before it gave up.
struct Seen {
  std::optional<std::size_t>
      open;    // where the innermost flow list or map that is not closed begins
  Place text;  // the last scalar
};

// Says what is probably the matter where a YAML parser gave up at `offset` with `parser_message`: a
// tab, an unquoted IPv6 address, an unquoted ${NAME} in a flow map, a missing bracket or quote.
SyntaxError explain_syntax(const Source& source, std::string_view parser_message,
                           std::size_t offset, const Seen& seen);

// An IPv6 address with port, "[::1]:80", that begins at `offset` without quotes; nothing otherwise.
std::optional<SyntaxError> find_unquoted_ipv6(const Source& source, std::size_t offset);

// What can be seen without parsing: bytes that no text has, a directive, brackets nested beyond all
// reason (on which a parser would spend its memory). Nothing when the text may be parsed.
std::optional<SyntaxError> find_unreadable(const Source& source);

}  // namespace weir::config
