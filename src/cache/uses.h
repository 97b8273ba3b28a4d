#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace weir::cache {

// How often keys were asked for lately, roughly: a key may seem to have been asked for more often
// than it was, never less, but for what is forgotten: all counts are halved from time to time. Of a
// fixed size, whatever the number of keys. Any thread.
class Uses {
 public:
  // Counts are no higher.
  static constexpr unsigned kMax = 255;

  // Counts one more use of the key with this hash, and returns how many there were with it.
  unsigned note(std::uint64_t hash);

 private:
  // Two places for each key (a count-min sketch): only a key that shares both seems used more.
  static constexpr std::size_t kPlaces = std::size_t{1} << 15U;
  static constexpr std::uint64_t kHalveAfter = 8 * kPlaces;

  using Row = std::array<std::atomic<std::uint8_t>, kPlaces>;
  static unsigned add(std::atomic<std::uint8_t>& count);
  void halve();

  std::array<Row, 2> rows_{};
  std::atomic<std::uint64_t> notes_{0};
};

}  // namespace weir::cache
