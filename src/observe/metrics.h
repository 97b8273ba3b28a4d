#pragma once

#include <prometheus/collectable.h>

#include <cstddef>
#include <string>
#include <vector>

#include "observe/metrics_source.h"

namespace weir::observe {

// The metrics of CONFIG part 4, pulled: nothing is kept between scrapes, each one reads the
// workers' blocks and sums them. A histogram's count is the sum of the buckets that were read, so
// that it is never inconsistent with itself. On the thread that owns the source.
class Metrics final : public prometheus::Collectable {
 public:
  // At most as many routes, pools and endpoints get labels of their own; the rest share `other`.
  static constexpr std::size_t kLabelsMax = 1000;

  // `source` outlives the metrics and is read at each scrape.
  explicit Metrics(const MetricsSource& source) : source_(source) {}

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;
  // All metrics in Prometheus' text format 0.0.4. Empty only when the library failed.
  [[nodiscard]] std::string render() const;

 private:
  const MetricsSource& source_;
};

}  // namespace weir::observe
