#include "server/stats.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace weir::server {

TEST_CASE("each reason and each limit has a label of its own") {
  std::set<std::string> seen;
  for (int i = 0; i < static_cast<int>(CloseReason::kCount); ++i) {
    std::string text(text_of(static_cast<CloseReason>(i)));
    CHECK(!text.empty());
    CHECK(seen.insert(text).second);
  }
  CHECK(text_of(CloseReason::kCount).empty());
  seen.clear();
  for (int i = 0; i < static_cast<int>(Limit::kCount); ++i) {
    std::string text(text_of(static_cast<Limit>(i)));
    CHECK(!text.empty());
    CHECK(seen.insert(text).second);
  }
  CHECK(text_of(Limit::kCount).empty());
}

}  // namespace weir::server
