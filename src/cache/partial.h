#pragma once

#include <cstdint>
#include <string_view>

#include "base/arena.h"
#include "cache/ranges.h"
#include "http/fields.h"
#include "http/message.h"

namespace weir::cache {

// Heads that stand for less than a whole response: made of its head and, behind its fields, of
// `extra`. Entries of the arena; texts are views into what they were made of, or of the arena.

// 304 (RFC 9110 section 15.4.5): without what tells of the content that does not come.
http::ResponseHead not_modified_head(const http::ResponseHead& whole, const http::Fields& extra,
                                     base::Arena& arena);

// 206 with one range of `size` bytes (RFC 9110 section 15.3.7.1).
http::ResponseHead part_head(const http::ResponseHead& whole, const http::Fields& extra,
                             const Range& range, std::uint64_t size, base::Arena& arena);

// 416, without a body: of the response it says its size alone (RFC 9110 section 15.5.17).
http::ResponseHead unsatisfiable_head(const http::Fields& extra, std::uint64_t size,
                                      base::Arena& arena);

// 206 with several parts (RFC 9110 section 15.3.7.2). Who gives the parts knows the length.
http::ResponseHead parts_head(const http::ResponseHead& whole, const http::Fields& extra,
                              std::string_view boundary, base::Arena& arena);

// "bytes 0-499/1234" (RFC 9110 section 14.4).
std::string_view content_range(const Range& range, std::uint64_t size, base::Arena& arena);

}  // namespace weir::cache
