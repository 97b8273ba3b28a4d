#include "observe/health_metrics.h"

#include "upstream/health_checks.h"

namespace weir::observe {
namespace {

struct ProbeSum {
  std::uint64_t well = 0;
  std::uint64_t failed = 0;
};

}  // namespace

void add_health_metrics(const MetricsSource& source, std::size_t labels_max, Families& families) {
  Groups<ProbeSum> endpoints(labels_max);
  if (source.health != nullptr && !source.workers.empty()) {
    for (const auto& [upstream, member, stats] : source.workers.front().endpoints) {
      const upstream::HealthRecord* record = source.health->find(*member->endpoint);
      if (record == nullptr) continue;
      auto& sum = endpoints.at(upstream, member->endpoint->text());
      sum.well += record->well();
      sum.failed += record->failed();
    }
  }
  auto& family = add_family(families, "weir_upstream_health_checks_total",
                            "Probes of an endpoint by their result: ok or failed.",
                            prometheus::MetricType::Counter);
  for (const auto& endpoint : endpoints.all()) {
    for (bool well : {true, false}) {
      add_counter(family,
                  {{"upstream", endpoint.first},
                   {"endpoint", endpoint.second},
                   {"result", well ? "ok" : "failed"}},
                  static_cast<double>(well ? endpoint.sum.well : endpoint.sum.failed));
    }
  }
}

}  // namespace weir::observe
