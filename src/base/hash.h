#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace weir::base {

// Hashes that are the same in every process of every build (on machines of one byte order), so that
// several weirs balance alike. They spread well and keep nothing secret.

// Mixes all bits into all bits; a bijection, so that different values stay different (Stafford's
// variant 13 of MurmurHash3's finalizer, as in splitmix64).
constexpr std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31);
}

// The step of splitmix64's sequence: mix(seed + n * kStep) for n = 1, 2, ... are its draws.
inline constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15U;

// The hash of a text.
inline std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = mix(text.size() + kStep);
  while (!text.empty()) {
    std::uint64_t piece = 0;
    std::size_t size = text.size() < sizeof(piece) ? text.size() : sizeof(piece);
    std::memcpy(&piece, text.data(), size);
    hash = mix(hash ^ piece) + kStep;
    text.remove_prefix(size);
  }
  return mix(hash);
}

}  // namespace weir::base
