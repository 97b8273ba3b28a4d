#include "observe/metric_group.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::observe {

TEST_CASE("a histogram's sum is cumulative, and its count is that of all buckets") {
  base::Histogram one;
  base::Histogram two;
  one.observe(500'000);
  one.observe(700'000);
  two.observe(2'000'000);
  two.observe(120'000'000'000);
  HistogramSum sum;
  sum.add(one);
  sum.add(two);
  auto out = sum.get();
  REQUIRE(out.bucket.size() == base::kLatencyBounds.size());
  CHECK(out.bucket[0].upper_bound == 0.0005);
  CHECK(out.bucket[0].cumulative_count == 1);
  CHECK(out.bucket[1].cumulative_count == 2);
  CHECK(out.bucket[2].cumulative_count == 3);
  CHECK(out.bucket.back().upper_bound == 60);
  CHECK(out.bucket.back().cumulative_count == 3);
  CHECK(out.sample_count == 4);
  CHECK(out.sample_sum == doctest::Approx(120.0032));
}

TEST_CASE("codes of several workers are added up") {
  base::CodeCounts one;
  base::CodeCounts two;
  for (unsigned code = 200; code < 220; ++code) one.add(code);
  two.add(404);
  two.add(200);
  CodeSum sum;
  sum.add(one);
  sum.add(two);
  CHECK(sum.get().at(200) == 2);
  CHECK(sum.get().at(404) == 1);
  CHECK(sum.get().at(0) == 8);
  CHECK(code_text(0) == "other");
  CHECK(code_text(200) == "200");
  CHECK(code_text(7) == "007");
}

TEST_CASE("groups keep the order in which they came, and those past the bound share one") {
  Groups<int> groups(2);
  groups.at("a", "x") += 1;
  groups.at("b", "x") += 2;
  groups.at("c", "x") += 4;
  groups.at("d", "y") += 8;
  groups.at("a", "x") += 16;
  groups.at("c", "x") += 32;
  REQUIRE(groups.all().size() == 3);
  CHECK(groups.all()[0].first == "a");
  CHECK(groups.all()[0].sum == 17);
  CHECK(groups.all()[1].sum == 2);
  CHECK(groups.all()[2].first == "other");
  CHECK(groups.all()[2].second == "other");
  CHECK(groups.all()[2].sum == 44);
}

TEST_CASE("two labels are told apart however they are cut") {
  Groups<int> groups(10);
  groups.at("ab", "c") = 1;
  groups.at("a", "bc") = 2;
  CHECK(groups.all().size() == 2);
}

}  // namespace weir::observe
