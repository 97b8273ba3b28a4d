#include "base/counter.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

namespace weir::base {

namespace {

std::uint64_t total(const Histogram& histogram) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i <= kLatencyBounds.size(); ++i) sum += histogram.bucket(i);
  return sum;
}

std::map<unsigned, std::uint64_t> seen(const CodeCounts& counts) {
  std::map<unsigned, std::uint64_t> all;
  counts.each([&](unsigned code, std::uint64_t count) { all[code] += count; });
  return all;
}

}  // namespace

TEST_CASE("a counter counts up and down") {
  Counter counter;
  CHECK(counter.get() == 0);
  counter.add();
  counter.add(41);
  CHECK(counter.get() == 42);
  counter.subtract();
  counter.subtract(40);
  CHECK(counter.get() == 1);
}

TEST_CASE("another thread sees a counter only ever grow, and in the end all of it") {
  Counter counter;
  std::atomic<bool> over = false;
  std::thread writer([&] {
    for (int i = 0; i < 100'000; ++i) counter.add();
    over = true;
  });
  std::uint64_t last = 0;
  int wrong = 0;
  while (!over) {
    auto now = counter.get();
    if (now < last) ++wrong;
    last = now;
  }
  writer.join();
  CHECK(wrong == 0);
  CHECK(counter.get() == 100'000);
}

TEST_CASE("the bounds of latencies go up, from 0.5 ms to 60 s") {
  CHECK(std::is_sorted(kLatencyBounds.begin(), kLatencyBounds.end()));
  CHECK(kLatencyBounds.front() == 500'000);
  CHECK(kLatencyBounds.back() == 60'000'000'000);
}

TEST_CASE("an observation falls into the bucket whose upper bound it does not exceed") {
  for (std::size_t i = 0; i < kLatencyBounds.size(); ++i) {
    Histogram histogram;
    histogram.observe(kLatencyBounds[i]);
    CHECK(histogram.bucket(i) == 1);
    histogram.observe(kLatencyBounds[i] + 1);
    CHECK(histogram.bucket(i + 1) == 1);
    CHECK(total(histogram) == 2);
  }
  Histogram histogram;
  histogram.observe(0);
  histogram.observe(-5);  // a clock that went back
  CHECK(histogram.bucket(0) == 2);
  CHECK(histogram.sum_seconds() == 0);
  histogram.observe(1'500'000'000);
  histogram.observe(500'000'000);
  CHECK(histogram.sum_seconds() == doctest::Approx(2.0));
}

TEST_CASE("codes are counted one by one, the first twelve by name and the rest together") {
  CodeCounts counts;
  CHECK(seen(counts).empty());
  for (unsigned i = 0; i < 20; ++i) {
    for (unsigned n = 0; n <= i; ++n) counts.add(200 + i);
  }
  auto all = seen(counts);
  CHECK(all.size() == 13);
  for (unsigned i = 0; i < CodeCounts::kMax; ++i) CHECK(all[200 + i] == i + 1);
  CHECK(all[0] == 13 + 14 + 15 + 16 + 17 + 18 + 19 + 20);
}

TEST_CASE("another thread never sees a code that was not counted, nor a count of none") {
  CodeCounts counts;
  std::atomic<bool> over = false;
  std::thread writer([&] {
    for (unsigned i = 0; i < 50'000; ++i) counts.add(200 + i % 10);
    over = true;
  });
  int wrong = 0;
  do {
    counts.each([&](unsigned code, std::uint64_t count) {
      if (code < 200 || code > 209 || count == 0) ++wrong;
    });
  } while (!over);
  writer.join();
  CHECK(wrong == 0);
  for (auto [code, count] : seen(counts)) CHECK(count == 5000);
}

}  // namespace weir::base
