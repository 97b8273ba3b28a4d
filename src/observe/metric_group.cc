#include "observe/metric_group.h"

namespace weir::observe {
namespace {

prometheus::ClientMetric& add_series(prometheus::MetricFamily& family, const Labels& labels) {
  auto& series = family.metric.emplace_back();
  series.label.reserve(labels.size());
  for (const auto& [name, value] : labels) {
    series.label.push_back({std::string(name), std::string(value)});
  }
  return series;
}

}  // namespace

void HistogramSum::add(const base::Histogram& histogram) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += histogram.bucket(i);
  sum_ += histogram.sum_seconds();
}

prometheus::ClientMetric::Histogram HistogramSum::get() const {
  prometheus::ClientMetric::Histogram out;
  std::uint64_t count = 0;
  out.bucket.reserve(buckets_.size());
  for (std::size_t i = 0; i < base::kLatencyBounds.size(); ++i) {
    count += buckets_[i];
    out.bucket.push_back({count, static_cast<double>(base::kLatencyBounds[i]) / 1e9});
  }
  // The serializer adds +Inf from the count.
  out.sample_count = count + buckets_.back();
  out.sample_sum = sum_;
  return out;
}

std::string code_text(unsigned code) {
  if (code == 0) return "other";
  std::string text = std::to_string(code);
  return text.size() < 3 ? std::string(3 - text.size(), '0') + text : text;
}

prometheus::MetricFamily& add_family(Families& families, std::string name, std::string help,
                                     prometheus::MetricType type) {
  auto& family = families.emplace_back();
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  return family;
}

void add_counter(prometheus::MetricFamily& family, const Labels& labels, double value) {
  add_series(family, labels).counter.value = value;
}

void add_gauge(prometheus::MetricFamily& family, const Labels& labels, double value) {
  add_series(family, labels).gauge.value = value;
}

void add_histogram(prometheus::MetricFamily& family, const Labels& labels,
                   const HistogramSum& sum) {
  add_series(family, labels).histogram = sum.get();
}

void add_summary(prometheus::MetricFamily& family, const Labels& labels, std::uint64_t count,
                 double sum) {
  auto& summary = add_series(family, labels).summary;
  summary.sample_count = count;
  summary.sample_sum = sum;
}

}  // namespace weir::observe
