#include "base/hash.h"

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <string>

namespace weir::base {

TEST_CASE("hashes are the same for ever: weirs of different builds balance alike") {
  CHECK(mix(0) == 0);
  CHECK(mix(1) == 0x5692161D100B05E5U);
  CHECK(hash_of("") == hash_of(std::string()));
  CHECK(hash_of("/orders/7") == 15117830812798477654U);
}

TEST_CASE("texts that differ in a byte, in length or in order have different hashes") {
  std::set<std::uint64_t> seen;
  std::size_t texts = 0;
  std::string text;
  for (std::size_t size = 0; size < 40; ++size, text += 'a') {
    seen.insert(hash_of(text));
    ++texts;
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = text;
      other[at] = '\0';
      seen.insert(hash_of(other));
      ++texts;
    }
  }
  CHECK(seen.size() == texts);
  CHECK(hash_of("12345678abcdefgh") != hash_of("abcdefgh12345678"));
}

TEST_CASE("the hashes of like texts are spread evenly") {
  std::array<int, 64> high{};
  std::array<int, 64> low{};
  for (int i = 0; i < 64'000; ++i) {
    std::uint64_t hash = hash_of("/item/" + std::to_string(i));
    ++high[hash >> 58];
    ++low[hash & 63];
  }
  for (std::size_t i = 0; i < 64; ++i) {
    CHECK(high[i] > 850);
    CHECK(high[i] < 1'150);
    CHECK(low[i] > 850);
    CHECK(low[i] < 1'150);
  }
}

}  // namespace weir::base
