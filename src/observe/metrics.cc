#include "observe/metrics.h"

#include <prometheus/text_serializer.h>

#include <exception>

#include "observe/cache_metrics.h"
#include "observe/health_metrics.h"
#include "observe/http_metrics.h"
#include "observe/process_metrics.h"
#include "observe/upstream_metrics.h"
#include "observe/worker_metrics.h"

namespace weir::observe {

std::vector<prometheus::MetricFamily> Metrics::Collect() const {
  Families families;
  add_http_metrics(source_, kLabelsMax, families);
  add_upstream_metrics(source_, kLabelsMax, families);
  add_health_metrics(source_, kLabelsMax, families);
  add_cache_metrics(source_, kLabelsMax, families);
  add_worker_metrics(source_, families);
  add_process_metrics(source_, families);
  return families;
}

std::string Metrics::render() const {
  try {
    return prometheus::TextSerializer().Serialize(Collect());
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace weir::observe
