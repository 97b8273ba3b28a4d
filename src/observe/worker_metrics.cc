#include "observe/worker_metrics.h"

#include <string>

namespace weir::observe {
void add_worker_metrics(const MetricsSource& source, Families& families) {
  auto& lag = add_family(families, "weir_worker_loop_lag_seconds",
                         "How late a worker's loop gets to what is posted to it, measured once a "
                         "second.",
                         prometheus::MetricType::Histogram);
  for (std::size_t i = 0; i < source.workers.size(); ++i) {
    if (source.workers[i].loop_lag == nullptr) continue;
    HistogramSum sum;
    sum.add(*source.workers[i].loop_lag);
    std::string number = std::to_string(i);
    add_histogram(lag, {{"worker", number}}, sum);
  }
  auto& cpu = add_family(families, "weir_worker_cpu_seconds_total",
                         "CPU time spent by a worker's thread, user and system.",
                         prometheus::MetricType::Counter);
  for (std::size_t i = 0; i < source.workers.size(); ++i) {
    if (source.workers[i].cpu_clock == nullptr) continue;
    std::string number = std::to_string(i);
    if (auto seconds = source.workers[i].cpu_clock->seconds())
      add_counter(cpu, {{"worker", number}}, *seconds);
  }
}

}  // namespace weir::observe
