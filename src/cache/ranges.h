#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::cache {

// Bytes of a body: `size` (at least 1) from `begin` on.
struct Range {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
};

// More ranges than this in one request are not answered by parts, but by the whole.
inline constexpr std::size_t kRangesMax = 16;

enum class Part : std::uint8_t {
  kWhole,          // 200: no ranges that count (RFC 9110 section 14.2 lets any be ignored)
  kParts,          // 206
  kUnsatisfiable,  // 416
};

// What a Range field asks of a body of `size` bytes (RFC 9110 section 14.1.2), in the order asked
// for; cut at the body's end, and left out where they begin behind it. What is no valid "bytes" set
// is ignored, and so is what abuses ranges: over kRangesMax of them, or any that overlap (RFC 9110
// section 17.15): they would make an answer larger than the body.
Part parse_ranges(std::string_view field, std::uint64_t size, std::vector<Range>& out);

}  // namespace weir::cache
