#include "cache/stats.h"

#include <doctest/doctest.h>

#include <set>

namespace weir::cache {

TEST_CASE("each result has a label of its own") {
  std::set<std::string_view> texts;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Result::kCount); ++i) {
    texts.insert(text_of(static_cast<Result>(i)));
  }
  CHECK(texts.size() == static_cast<std::size_t>(Result::kCount));
  CHECK(!texts.contains(""));
}

}  // namespace weir::cache
