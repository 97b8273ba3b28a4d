#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace weir::backend {

// The bytes that /bytes, /drip and /close send: the numbers from 0 on in nine digits, a line each,
// beginning again after kPatternPeriod bytes. No buffer size in use is a multiple of the period, so
// a lost or repeated buffer shows.
inline constexpr std::size_t kPatternPeriod = 65'000;

// The pattern from byte `offset` of the answer on: at least one byte, at most `max` (not 0), as
// much as lies in one piece. Lives as long as the program.
base::Bytes pattern(std::uint64_t offset, std::uint64_t max);

}  // namespace weir::backend
