#include "upstream/stats.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace weir::upstream {

TEST_CASE("each kind of failure has a label of its own") {
  std::set<std::string> labels;
  for (unsigned i = 0; i < static_cast<unsigned>(FailureKind::kCount); ++i) {
    labels.insert(std::string(text_of(static_cast<FailureKind>(i))));
  }
  CHECK(labels == std::set<std::string>{"connect", "connect_timeout", "reset", "timeout",
                                        "malformed", "status", "local", "cut"});
}

TEST_CASE("stats of different workers share no cache line") {
  CHECK(sizeof(EndpointStats) % 64 == 0);
  CHECK(alignof(EndpointStats) == 64);
  CHECK(sizeof(PoolStats) % 64 == 0);
  CHECK(alignof(PoolStats) == 64);
}

}  // namespace weir::upstream
