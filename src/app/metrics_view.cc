#include "app/metrics_view.h"

namespace weir::app {

namespace {

void show_zones(const Snapshot& snapshot, std::size_t workers, observe::MetricsSource& source) {
  source.zones.clear();
  for (const SharedZone& zone : snapshot.zones()) {
    observe::ZoneCounts& counts = source.zones.emplace_back();
    counts.name = zone.name;
    counts.memory = zone.options.memory;
    counts.store = zone.store.get();
    for (std::size_t w = 0; w < workers; ++w)
      counts.workers.push_back(&zone.observed->stats(static_cast<unsigned>(w)));
  }
}

}  // namespace

void show(const Snapshot& snapshot, const std::vector<SharedPool>& pools,
          const std::vector<std::unique_ptr<Counters>>& counters, observe::MetricsSource& source) {
  source.workers.clear();
  source.dropped_log_lines.clear();
  source.router = &snapshot.router();
  show_zones(snapshot, counters.size(), source);
  for (std::size_t w = 0; w < counters.size(); ++w) {
    auto number = static_cast<unsigned>(w);
    observe::WorkerCounts& counts = source.workers.emplace_back();
    counts.stats = &counters[w]->worker;
    counts.loop_lag = &counters[w]->loop_lag;
    counts.cpu_clock = &counters[w]->cpu_clock;
    for (const SharedTarget& target : snapshot.targets()) {
      const server::ObservedRoute& route = *target.observed;
      counts.routes.push_back({route.name(), target.pool, &route.stats(number)});
    }
    for (const auto& listener : snapshot.listeners()) {
      counts.listeners.push_back({listener->name(), &listener->stats(number)});
    }
    for (const SharedPool& pool : pools) {
      counts.pools.push_back({pool.options.name, &pool.observed->stats(number)});
      for (const auto& member : pool.set->members()) {
        counts.endpoints.push_back({pool.options.name, &member, &member.endpoint->stats(number)});
      }
    }
    source.dropped_log_lines.push_back(&counters[w]->dropped_log_lines);
  }
}

}  // namespace weir::app
