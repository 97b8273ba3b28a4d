#include "backend/pattern.h"

#include <algorithm>
#include <array>

namespace weir::backend {
namespace {

constexpr std::size_t kLine = 10;

std::array<char, kPatternPeriod> make_pattern() {
  std::array<char, kPatternPeriod> bytes{};
  for (std::size_t line = 0; line < kPatternPeriod / kLine; ++line) {
    std::size_t number = line;
    for (std::size_t i = kLine - 1; i-- > 0; number /= 10) {
      bytes[line * kLine + i] = static_cast<char>('0' + number % 10);
    }
    bytes[line * kLine + kLine - 1] = '\n';
  }
  return bytes;
}

}  // namespace

base::Bytes pattern(std::uint64_t offset, std::uint64_t max) {
  static const std::array<char, kPatternPeriod> bytes = make_pattern();
  auto from = static_cast<std::size_t>(offset % kPatternPeriod);
  auto room = std::min<std::uint64_t>(max, kPatternPeriod - from);
  return {bytes.data() + from, static_cast<std::size_t>(room)};
}

}  // namespace weir::backend
