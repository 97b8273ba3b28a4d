#include <doctest/doctest.h>

#include "system/failover/setup.h"

namespace weir::failover {

namespace {

struct Counts {
  double retries;
  double refused;
};

// 100 requests, all of which fail on every endpoint.
Counts retries_of_100(const std::string& retry) {
  FakeOrigin one(resetting());
  FakeOrigin two(resetting());
  WeirProcess weir(config_of({one.address(), two.address()}, {"max_fails: 0", "retry: " + retry}));
  RawClient client(weir.address());
  int failed = 0;
  for (int i = 0; i < 100; ++i) failed += client.get("/a").status() == 502 ? 1 : 0;
  CHECK(failed == 100);
  Counts counts{weir.metric("weir_upstream_retries_total"),
                weir.metric("weir_limit_hits_total{limit=\"retry_budget\"}")};
  CHECK(static_cast<double>(one.requests().size() + two.requests().size()) == 100 + counts.retries);
  CHECK(weir.metric("weir_upstream_failures_total{reason=\"reset\"}") == 100 + counts.retries);
  return counts;
}

}  // namespace

TEST_CASE("retries stop at their share of the requests when all endpoints fail") {
  Counts counts = retries_of_100("{budget: 20%, min_per_second: 0}");
  // What requests earn is forgotten over ten seconds: a slow machine sees some less.
  CHECK(counts.retries <= 20);
  CHECK(counts.retries >= 10);
  CHECK(counts.retries + counts.refused == 100);
}

TEST_CASE("a budget of nothing allows no retry") {
  Counts counts = retries_of_100("{budget: 0%, min_per_second: 0}");
  CHECK(counts.retries == 0);
  CHECK(counts.refused == 100);
}

TEST_CASE("a large budget allows all that attempts does") {
  Counts counts = retries_of_100("{budget: 100%, min_per_second: 1000}");
  CHECK(counts.retries == 100);
  CHECK(counts.refused == 0);
}

TEST_CASE("attempts of 1 is no retry at all, and asks no budget") {
  Counts counts = retries_of_100("{attempts: 1}");
  CHECK(counts.retries == 0);
  CHECK(counts.refused == 0);
}

}  // namespace weir::failover
