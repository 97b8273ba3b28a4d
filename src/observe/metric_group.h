#pragma once

#include <prometheus/metric_family.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/counter.h"

namespace weir::observe {

// The labels of one series, in order.
using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

// Makes and fills the families of one scrape.
using Families = std::vector<prometheus::MetricFamily>;

// A histogram summed over workers.
class HistogramSum {
 public:
  void add(const base::Histogram& histogram);
  // As Prometheus wants it: cumulative, the count being that of the last bucket.
  [[nodiscard]] prometheus::ClientMetric::Histogram get() const;

 private:
  std::array<std::uint64_t, base::kLatencyBounds.size() + 1> buckets_{};
  double sum_ = 0;
};

// Counts by status code, summed over workers. Code 0 stands for `other`.
class CodeSum {
 public:
  void add(const base::CodeCounts& counts) {
    counts.each([this](unsigned code, std::uint64_t count) { counts_[code] += count; });
  }
  [[nodiscard]] const std::map<unsigned, std::uint64_t>& get() const { return counts_; }

 private:
  std::map<unsigned, std::uint64_t> counts_;
};

// The label text of a status code: three digits, or "other" for 0.
std::string code_text(unsigned code);

// Appends a family without series; the reference is valid until the next one is appended.
prometheus::MetricFamily& add_family(Families& families, std::string name, std::string help,
                                     prometheus::MetricType type);
void add_counter(prometheus::MetricFamily& family, const Labels& labels, double value);
void add_gauge(prometheus::MetricFamily& family, const Labels& labels, double value);
void add_histogram(prometheus::MetricFamily& family, const Labels& labels, const HistogramSum& sum);
// A summary without quantiles.
void add_summary(prometheus::MetricFamily& family, const Labels& labels, std::uint64_t count,
                 double sum);

// What is summed under the same one or two labels, in the order in which the labels came first. Of
// more than `max` pairs the later ones share the pair of `other`.
template <class Sum>
class Groups {
 public:
  struct Group {
    std::string_view first;
    std::string_view second;
    Sum sum;
  };

  explicit Groups(std::size_t max) : max_(max) {}

  // The sum for these labels; valid until the next call.
  Sum& at(std::string_view first, std::string_view second = {}) {
    std::string key;
    key.reserve(first.size() + second.size() + 1);
    key.append(first).append(1, '\0').append(second);
    auto [entry, fresh] = index_.try_emplace(std::move(key), groups_.size());
    if (fresh && groups_.size() >= max_) {
      entry->second = max_;
      if (groups_.size() == max_) groups_.push_back({"other", "other", {}});
    } else if (fresh) {
      groups_.push_back({first, second, {}});
    }
    return groups_[entry->second].sum;
  }
  [[nodiscard]] const std::vector<Group>& all() const { return groups_; }

 private:
  std::size_t max_;
  std::vector<Group> groups_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace weir::observe
