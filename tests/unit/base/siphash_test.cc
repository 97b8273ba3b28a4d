#include "base/siphash.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::base {

// Of SipHash-1-3 with the key 00 01 .. 0f and the texts 00 01 .. as other implementations have them
// (the first is that of Rust's test vectors).
TEST_CASE("the hash is SipHash-1-3") {
  constexpr HashKey kKey{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};
  std::string text;
  for (int i = 0; i < 63; ++i) text += static_cast<char>(i);
  auto of = [&](std::size_t size) { return siphash(kKey, std::string_view(text).substr(0, size)); };
  CHECK(of(0) == 0xabac0158050fc4dcU);
  CHECK(of(1) == 0xc9f49bf37d57ca93U);
  CHECK(of(7) == 0xd3927d989bb11140U);
  CHECK(of(8) == 0x369095118d299a8eU);
  CHECK(of(15) == 0xd320d86d2a519956U);
  CHECK(of(16) == 0xcc4fdd1a7d908b66U);
  CHECK(of(63) == 0x9d199062b7bbb3a8U);
}

TEST_CASE("another key gives another hash") {
  CHECK(siphash({1, 2}, "a") != siphash({1, 3}, "a"));
  CHECK(siphash({1, 2}, "a") != siphash({2, 2}, "a"));
}

}  // namespace weir::base
