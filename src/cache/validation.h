#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "cache/seconds.h"
#include "http/fields.h"

namespace weir::cache {

// An entity tag (RFC 9110 section 8.8.3). A view into the field it was read from.
struct EntityTag {
  std::string_view opaque;  // without its quotes
  bool weak = false;
};

// Reads the tag that `text` begins with and leaves `text` behind it; nothing for what is none.
std::optional<EntityTag> read_entity_tag(std::string_view& text);
// The tag that `text` is, and nothing else.
std::optional<EntityTag> parse_entity_tag(std::string_view text);

// Both are strong and the same (RFC 9110 section 8.8.3.2).
inline bool strong_match(const EntityTag& a, const EntityTag& b) {
  return !a.weak && !b.weak && a.opaque == b.opaque;
}

// What a conditional request for a stored response is answered by.
enum class Condition : std::uint8_t {
  kNone,         // the response: it has no condition that counts here, or its condition holds
  kNotModified,  // 304
  kForward,      // its condition is the origin's to judge: If-Match, If-Unmodified-Since, or a list
                 // that cannot be read (RFC 9111 section 4.3.2)
};

// `stored`: the fields of the response, which was received at `received`. If-None-Match compares
// weakly and has precedence over If-Modified-Since (RFC 9110 section 13.2.2), which compares with
// Last-Modified, else Date, else `received` (RFC 9111 section 4.3.2).
Condition evaluate(const http::Fields& request, const http::Fields& stored, Seconds received);

// The range asked for under If-Range still is of this response (RFC 9110 section 13.1.5): its tag
// is the same by strong comparison, or its date is exactly Last-Modified, which must be a strong
// validator: a minute older than Date at least (section 8.8.2.2). True where there is no If-Range.
bool if_range_holds(const http::Fields& request, const http::Fields& stored);

// The 304 is about this stored response (RFC 9111 section 4.3.4): its strong tag is the stored one;
// else its weak one is, by weak comparison; else its Last-Modified is; or it has none of them.
bool selects(const http::Fields& not_modified, const http::Fields& stored);

}  // namespace weir::cache
