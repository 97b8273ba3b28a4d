#include "base/slabs.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <set>
#include <vector>

namespace weir::base {

TEST_CASE("pieces of slabs are aligned, apart from each other, and used again") {
  constexpr std::size_t kSize = 136;
  constexpr std::size_t kCount = 2000;
  Slabs slabs(kSize);
  std::vector<void*> pieces;
  for (std::size_t i = 0; i < kCount; ++i) {
    void* piece = pieces.emplace_back(slabs.take());
    REQUIRE(reinterpret_cast<std::uintptr_t>(piece) % __STDCPP_DEFAULT_NEW_ALIGNMENT__ == 0);
    std::memset(piece, static_cast<int>(i % 251), kSize);
  }
  for (std::size_t i = 0; i < kCount; ++i) {
    const char* bytes = static_cast<const char*>(pieces[i]);
    REQUIRE(bytes[0] == static_cast<char>(i % 251));
    REQUIRE(bytes[kSize - 1] == static_cast<char>(i % 251));
  }
  std::size_t held = slabs.held();
  CHECK(held >= kCount * kSize);
  std::set<void*> given;
  for (std::size_t i = 0; i < kCount; i += 3) {
    Slabs::give_back(pieces[i]);
    given.insert(pieces[i]);
  }
  for (std::size_t i = 0; i < kCount; i += 3) {
    pieces[i] = slabs.take();
    CHECK(given.count(pieces[i]) == 1);
  }
  CHECK(slabs.held() == held);
  for (void* piece : pieces) Slabs::give_back(piece);
}

TEST_CASE("slabs whose pieces have all gone go back to the system, but for one") {
  Slabs slabs(136);
  CHECK(slabs.held() == 0);
  std::vector<void*> pieces;
  pieces.push_back(slabs.take());
  std::size_t one = slabs.held();
  while (slabs.held() < 4 * one) pieces.push_back(slabs.take());
  // Whoever is left in one keeps only that.
  for (std::size_t i = 1; i < pieces.size(); ++i) Slabs::give_back(pieces[i]);
  CHECK(slabs.held() <= 2 * one);
  Slabs::give_back(pieces.front());
  CHECK(slabs.held() == one);
  for (int i = 0; i < 10; ++i) {
    Slabs::give_back(slabs.take());
    CHECK(slabs.held() == one);
  }
}

}  // namespace weir::base
