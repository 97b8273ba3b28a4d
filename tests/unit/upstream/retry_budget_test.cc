#include "upstream/retry_budget.h"

#include <doctest/doctest.h>

namespace weir::upstream {

namespace {

constexpr base::Stamp kSecond = 1'000'000'000;

int take_all(RetryBudget& budget, base::Stamp now) {
  int count = 0;
  while (count < 1'000'000 && budget.take(now)) ++count;
  return count;
}

void count_requests(RetryBudget& budget, int count) {
  for (int i = 0; i < count; ++i) budget.count_request();
}

}  // namespace

TEST_CASE("a second's worth of the floor is there from the start, and no more") {
  RetryBudget budget(20, 10, 5 * kSecond);
  CHECK(take_all(budget, 5 * kSecond) == 10);
  CHECK(take_all(budget, 5 * kSecond) == 0);
  CHECK(take_all(budget, 5 * kSecond + kSecond / 2) == 5);
  CHECK(take_all(budget, 100 * kSecond) == 10);
}

TEST_CASE("a floor below one a second still lets the first retry through") {
  RetryBudget budget(0, 0.25, 0);
  CHECK(take_all(budget, 0) == 1);
  CHECK(take_all(budget, 3 * kSecond) == 0);
  CHECK(take_all(budget, 4 * kSecond) == 1);
  CHECK(take_all(budget, 100 * kSecond) == 1);
}

TEST_CASE("requests earn exactly their share") {
  for (unsigned percent : {1U, 10U, 20U, 30U, 70U, 100U}) {
    CAPTURE(percent);
    RetryBudget budget(percent, 0, 0);
    count_requests(budget, 1000);
    CHECK(take_all(budget, kSecond) == static_cast<int>(percent) * 10);
  }
}

TEST_CASE("five requests at a fifth each earn one retry") {
  RetryBudget budget(20, 0, 0);
  count_requests(budget, 4);
  CHECK_FALSE(budget.take(1));
  count_requests(budget, 1);
  CHECK(budget.take(2));
  CHECK_FALSE(budget.take(3));
}

TEST_CASE("nothing is allowed where nothing is configured") {
  RetryBudget budget(0, 0, 0);
  count_requests(budget, 1000);
  CHECK_FALSE(budget.take(kSecond));
}

TEST_CASE("an hour of calm earns what its last ten seconds would") {
  RetryBudget budget(20, 0, 0);
  count_requests(budget, 3600 * 100);
  CHECK(take_all(budget, 3600 * kSecond) == 200);
}

TEST_CASE("what was earned and not used expires within ten seconds") {
  RetryBudget budget(100, 0, 0);
  count_requests(budget, 100);
  CHECK(budget.take(kSecond));
  CHECK(take_all(budget, 6 * kSecond) == 49);  // half of the other 99 went with five seconds
  count_requests(budget, 100);
  CHECK(budget.take(7 * kSecond));
  CHECK_FALSE(budget.take(17 * kSecond));
}

TEST_CASE("in an outage retries stay within the share and the floor") {
  RetryBudget budget(20, 10, 0);
  int retries = 0;
  for (int ms = 0; ms < 20'000; ++ms) {  // 1,000 requests a second, every try fails
    budget.count_request();
    if (budget.take(ms * (kSecond / 1000))) ++retries;
  }
  CHECK(retries <= 20'000 / 5 + 20 * 10 + 10);
  CHECK(retries >= 20'000 / 5);
}

}  // namespace weir::upstream
