#include "cache/stats.h"

namespace weir::cache {

std::string_view text_of(Result result) {
  constexpr std::array<std::string_view, static_cast<std::size_t>(Result::kCount)> kTexts = {
      "hit", "miss", "stale", "revalidated", "bypass", "coalesced"};
  return kTexts[static_cast<std::size_t>(result)];
}

}  // namespace weir::cache
