#include "sim/key_memory.h"

#include <algorithm>
#include <utility>

namespace weir::sim {

bool KeyMemory::fits(std::uint64_t key, Among among, std::size_t to) {
  auto same = [&](const Among& other, std::size_t which) {
    auto there = other.find(which);
    auto here = among.find(which);
    return there != other.end() && here != among.end() && there->second == here->second;
  };
  std::vector<Seen>& seen = seen_[key];
  bool well = std::all_of(seen.begin(), seen.end(), [&](const Seen& one) {
    return one.to == to || !same(one.among, to) || !same(one.among, one.to);
  });
  if (seen.size() == kKept) seen.erase(seen.begin());
  seen.push_back({std::move(among), to});
  return well;
}

}  // namespace weir::sim
