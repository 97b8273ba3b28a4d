#include "base/result.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace weir::base {

TEST_CASE("a result is a value or an error") {
  Result<std::string> well(std::string("value"));
  CHECK(well.ok());
  CHECK(static_cast<bool>(well));
  CHECK(well.value() == "value");
  CHECK(well.error().text.empty());
  Result<std::string> bad(Error{"what, where, and what to do"});
  CHECK_FALSE(bad.ok());
  CHECK_FALSE(static_cast<bool>(bad));
  CHECK(bad.error().text == "what, where, and what to do");
}

TEST_CASE("what can only be moved travels in a result") {
  auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(7); };
  auto made = make();
  auto taken = std::move(made.value());
  CHECK(*taken == 7);
  const Result<Done> done = Done{};
  CHECK(done.ok());
}

}  // namespace weir::base
