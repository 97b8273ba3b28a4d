#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace weir::sim {

// To whom keys went by consistent hashing without a bound, and whether that fits together: of two
// endpoints that were there both times, with the same weights, a key does not go once to the one
// and once to the other.
class KeyMemory {
 public:
  // Weights by the number of the endpoint.
  using Among = std::map<std::size_t, unsigned>;

  // The key went to this one of these. False: it does not fit what is remembered of it.
  bool fits(std::uint64_t key, Among among, std::size_t to);

 private:
  // Of each key, the last ones.
  static constexpr std::size_t kKept = 12;
  struct Seen {
    Among among;
    std::size_t to;
  };
  std::map<std::uint64_t, std::vector<Seen>> seen_;
};

}  // namespace weir::sim
