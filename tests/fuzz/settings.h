#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz/reference.h"
#include "fuzz/told.h"
#include "http/head_limits.h"

// How an input for the parser is laid out: a byte of switches, a byte that says how many gaps
// follow (its low three bits), the gaps, a byte each, and then the bytes of the connection. In
// seeds the first two are digits: "00GET / HTTP/1.1".
namespace weir::fuzz {

// Bits of the byte of switches.
inline constexpr unsigned kSmallLimits = 1;
inline constexpr unsigned kAskedByHead = 2;   // answers
inline constexpr unsigned kAskedUpgrade = 4;  // answers
inline constexpr unsigned kCloses = 8;        // answers

struct Settings {
  unsigned switches = 0;
  Gaps gaps;
  std::string_view bytes;
  http::HeadLimits limits;
  Bounds bounds;  // the same, for the reference
};

// Takes an input apart; a short one has no bytes.
Settings settings_of(const std::uint8_t* data, std::size_t size);

// Gives every byte alone, unless there are very many.
Gaps byte_by_byte(std::string_view bytes);

}  // namespace weir::fuzz
