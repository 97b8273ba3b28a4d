#include "admin/duration_text.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace weir::admin {

std::string duration_text(double seconds) {
  struct Unit {
    std::uint64_t seconds;
    char name;
  };
  constexpr std::array<Unit, 4> kUnits = {{{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}, {1, 's'}}};
  auto rest = seconds < 0 ? std::uint64_t{0} : static_cast<std::uint64_t>(seconds);
  std::size_t first = 0;
  while (first + 1 < kUnits.size() && rest < kUnits[first].seconds) ++first;
  std::string text;
  for (std::size_t i = first; i < kUnits.size() && i < first + 2; ++i) {
    if (i > first) text += ' ';
    text.append(std::to_string(rest / kUnits[i].seconds)).append(1, kUnits[i].name);
    rest %= kUnits[i].seconds;
  }
  return text;
}

}  // namespace weir::admin
