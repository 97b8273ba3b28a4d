#include "base/siphash.h"

#include <cstddef>

namespace weir::base {
namespace {

struct State {
  std::uint64_t v0;
  std::uint64_t v1;
  std::uint64_t v2;
  std::uint64_t v3;

  static constexpr std::uint64_t rotate(std::uint64_t value, unsigned by) {
    return (value << by) | (value >> (64 - by));
  }
  void round() {
    v0 += v1;
    v1 = rotate(v1, 13) ^ v0;
    v0 = rotate(v0, 32);
    v2 += v3;
    v3 = rotate(v3, 16) ^ v2;
    v0 += v3;
    v3 = rotate(v3, 21) ^ v0;
    v2 += v1;
    v1 = rotate(v1, 17) ^ v2;
    v2 = rotate(v2, 32);
  }
  void take(std::uint64_t word) {
    v3 ^= word;
    round();
    v0 ^= word;
  }
};

// Little-endian whatever the machine.
std::uint64_t word_at(const char* bytes, std::size_t size) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < size; ++i)
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return word;
}

}  // namespace

std::uint64_t siphash(const HashKey& key, std::string_view text) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  State state{key[0] ^ 0x736f6d6570736575U, key[1] ^ 0x646f72616e646f6dU,
              key[0] ^ 0x6c7967656e657261U, key[1] ^ 0x7465646279746573U};
  std::size_t at = 0;
  for (; at + kWord <= text.size(); at += kWord) state.take(word_at(text.data() + at, kWord));
  std::uint64_t last = static_cast<std::uint64_t>(text.size()) << 56;
  state.take(last | word_at(text.data() + at, text.size() - at));
  state.v2 ^= 0xff;
  for (int i = 0; i < 3; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace weir::base
