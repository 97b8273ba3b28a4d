#include "observe/cache_metrics.h"

#include <array>

namespace weir::observe {
namespace {

using prometheus::MetricType;

struct ZoneSum {
  std::array<std::uint64_t, static_cast<std::size_t>(cache::Result::kCount)> requests{};
  std::array<std::uint64_t, static_cast<std::size_t>(cache::NotStored::kCount)> not_stored{};
  cache::StoreCounts store;
};

void add(const ZoneCounts& zone, ZoneSum& sum) {
  for (const cache::ZoneStats* stats : zone.workers) {
    for (std::size_t i = 0; i < sum.requests.size(); ++i)
      sum.requests[i] += stats->requests[i].get();
    for (std::size_t i = 0; i < sum.not_stored.size(); ++i)
      sum.not_stored[i] += stats->not_stored[i].get();
  }
  cache::StoreCounts store = zone.store->counts();
  sum.store.bytes += store.bytes;
  sum.store.entries += store.entries;
  sum.store.evictions += store.evictions;
  sum.store.stores += store.stores;
}

// One series of each zone, of what its store counts.
void add_store(const Groups<ZoneSum>& zones, Families& families, const char* name, const char* help,
               MetricType type, std::uint64_t cache::StoreCounts::*count) {
  auto& family = add_family(families, name, help, type);
  for (const auto& zone : zones.all()) {
    auto value = static_cast<double>(zone.sum.store.*count);
    if (type == MetricType::Gauge) {
      add_gauge(family, {{"zone", zone.first}}, value);
    } else {
      add_counter(family, {{"zone", zone.first}}, value);
    }
  }
}

void add_requests(const Groups<ZoneSum>& zones, Families& families) {
  auto& requests =
      add_family(families, "weir_cache_requests_total",
                 "Requests of routes with a cache by how they were answered.", MetricType::Counter);
  for (const auto& zone : zones.all()) {
    for (std::size_t i = 0; i < zone.sum.requests.size(); ++i) {
      add_counter(requests,
                  {{"zone", zone.first}, {"result", text_of(static_cast<cache::Result>(i))}},
                  static_cast<double>(zone.sum.requests[i]));
    }
  }
  auto& not_stored =
      add_family(families, "weir_cache_not_stored_total",
                 "Answers of backends that were not kept, by the reason.", MetricType::Counter);
  for (const auto& zone : zones.all()) {
    // The first is no reason: what is stored is counted by its store.
    for (std::size_t i = 1; i < zone.sum.not_stored.size(); ++i) {
      add_counter(not_stored,
                  {{"zone", zone.first}, {"reason", text_of(static_cast<cache::NotStored>(i))}},
                  static_cast<double>(zone.sum.not_stored[i]));
    }
  }
}

}  // namespace

void add_cache_metrics(const MetricsSource& source, std::size_t labels_max, Families& families) {
  Groups<ZoneSum> zones(labels_max);
  for (const ZoneCounts& zone : source.zones) add(zone, zones.at(zone.name));
  add_requests(zones, families);
  add_store(zones, families, "weir_cache_bytes", "Memory that kept answers take.",
            MetricType::Gauge, &cache::StoreCounts::bytes);
  add_store(zones, families, "weir_cache_entries", "Answers that are kept.", MetricType::Gauge,
            &cache::StoreCounts::entries);
  add_store(zones, families, "weir_cache_evictions_total",
            "Answers that made room for others that were asked for more.", MetricType::Counter,
            &cache::StoreCounts::evictions);
  add_store(zones, families, "weir_cache_stores_total", "Answers that were put into the cache.",
            MetricType::Counter, &cache::StoreCounts::stores);
}

}  // namespace weir::observe
