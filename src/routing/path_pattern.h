#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::routing {

// The kinds of nginx's location.
enum class PathKind : std::uint8_t {
  kAny,              // no path given
  kExact,            // "= /a"
  kPrefix,           // "/a"
  kPreferredPrefix,  // "^~ /a": where it is the longest prefix, no regex is asked
  kRegex,            // "~ ^/a"
  kRegexNoCase,      // "~* ^/a"
};

// Which paths a route answers.
struct PathPattern {
  PathKind kind = PathKind::kAny;
  // A path in the normal form of requests, or the regex; empty for kAny.
  std::string text;

  [[nodiscard]] bool is_prefix() const {
    return kind == PathKind::kPrefix || kind == PathKind::kPreferredPrefix;
  }
  [[nodiscard]] bool is_regex() const {
    return kind == PathKind::kRegex || kind == PathKind::kRegexNoCase;
  }
  bool operator==(const PathPattern&) const = default;
};

// The path as the file has it ("= /a"); empty for kAny.
std::string text_of(const PathPattern& pattern);

// Reads a path as nginx's location writes it; the blank behind "=", "^~", "~" and "~*" may be left
// out. Paths get the normal form of requests, and what cannot stand in a request as it is (a blank,
// letters outside ASCII) its %XX. Errors: a path that does not begin with "/", holds dot segments,
// "//", "?" or "#" or a bad escape, a regex that does not compile, an empty text.
base::Result<PathPattern> parse_path_pattern(std::string_view text);

}  // namespace weir::routing
