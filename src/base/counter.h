#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace weir::base {

// A number written by one thread and read by any: no locked instruction on the writing side.
class Counter {
 public:
  void add(std::uint64_t by = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t by = 1) {
    value_.store(value_.load(std::memory_order_relaxed) - by, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Latency buckets, upper bounds in nanoseconds: 0.5 ms to 60 s.
inline constexpr std::array<std::int64_t, 16> kLatencyBounds = {
    500'000,       1'000'000,      2'500'000,      5'000'000,     10'000'000,    25'000'000,
    50'000'000,    100'000'000,    250'000'000,    500'000'000,   1'000'000'000, 2'500'000'000,
    5'000'000'000, 10'000'000'000, 30'000'000'000, 60'000'000'000};

// A latency histogram written by one thread and read by any. Readers sum the buckets for the count,
// so that a read between two stores is never inconsistent with itself.
class Histogram {
 public:
  // Counts one observation of `ns` nanoseconds.
  void observe(std::int64_t ns) {
    std::size_t i = 0;
    while (i < kLatencyBounds.size() && ns > kLatencyBounds[i]) ++i;
    buckets_[i].add();
    sum_ns_.add(static_cast<std::uint64_t>(ns < 0 ? 0 : ns));
  }
  // Observations in bucket `i` alone (not cumulative); the last one, kLatencyBounds.size(), has no
  // upper bound.
  [[nodiscard]] std::uint64_t bucket(std::size_t i) const { return buckets_[i].get(); }
  [[nodiscard]] double sum_seconds() const { return static_cast<double>(sum_ns_.get()) / 1e9; }

 private:
  std::array<Counter, kLatencyBounds.size() + 1> buckets_;
  Counter sum_ns_;
};

// Counts by status code: the first 12 codes seen get a counter of their own, the rest share
// `other`. Written by one thread, read by any.
class CodeCounts {
 public:
  static constexpr std::size_t kMax = 12;
  void add(unsigned code) {
    for (std::size_t i = 0; i < kMax; ++i) {
      unsigned have = codes_[i].load(std::memory_order_relaxed);
      if (have == code) return counts_[i].add();
      if (have == 0) {
        counts_[i].add();
        codes_[i].store(static_cast<std::uint16_t>(code), std::memory_order_release);
        return;
      }
    }
    counts_[kMax].add();
  }
  // Calls visit(code, count) for each code seen; code 0 stands for `other`.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t i = 0; i < kMax; ++i) {
      unsigned code = codes_[i].load(std::memory_order_acquire);
      if (code == 0) break;
      visit(code, counts_[i].get());
    }
    if (auto other = counts_[kMax].get(); other != 0) visit(0U, other);
  }

 private:
  std::array<std::atomic<std::uint16_t>, kMax> codes_{};
  std::array<Counter, kMax + 1> counts_;
};

}  // namespace weir::base
