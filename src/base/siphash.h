#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir::base {

// A secret that a keyed hash is computed with. One per process, from the kernel's random numbers.
using HashKey = std::array<std::uint64_t, 2>;

// SipHash-1-3 (Aumasson and Bernstein; the variant that Rust's and Python's maps use): for maps
// whose keys come from outside. Who does not know the key cannot choose texts that meet in one
// bucket.
std::uint64_t siphash(const HashKey& key, std::string_view text);

}  // namespace weir::base
