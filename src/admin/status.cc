#include "admin/status.h"

#include <unistd.h>

#include <unordered_map>

#include "upstream/health_checks.h"

namespace weir::admin {
namespace {

using upstream::Health;

std::string_view state_text(const State& state) {
  if (state.draining) return "draining";
  return state.ready ? "ready" : "starting";
}

ConnectionCounts connections_of(const server::ListenerStats& stats) {
  // Read one after the other, so that active may be ahead by a few.
  std::uint64_t active = stats.active.get();
  std::uint64_t open = stats.open.get();
  return {active, open > active ? open - active : 0};
}

void add(const ConnectionCounts& more, ConnectionCounts& sum) {
  sum.active += more.active;
  sum.idle += more.idle;
}

void read_listeners(const observe::MetricsSource& source, Status& status) {
  for (const auto& worker : source.workers) {
    // The same listeners in the same order for each worker.
    status.listeners.resize(worker.listeners.size());
    for (std::size_t i = 0; i < worker.listeners.size(); ++i) {
      const auto& [address, stats] = worker.listeners[i];
      status.listeners[i].address = address;
      status.listeners[i].accepted += stats->accepted.get();
      add(connections_of(*stats), status.listeners[i].connections);
    }
  }
}

void read_workers(const observe::MetricsSource& source, Status& status) {
  for (const auto& counts : source.workers) {
    WorkerStatus& worker = status.workers.emplace_back();
    for (const auto& listener : counts.listeners)
      add(connections_of(*listener.stats), worker.connections);
    if (counts.cpu_clock != nullptr) worker.cpu_s = counts.cpu_clock->seconds();
    if (counts.loop_lag == nullptr) continue;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i <= base::kLatencyBounds.size(); ++i)
      count += counts.loop_lag->bucket(i);
    if (count > 0) worker.lag_mean_s = counts.loop_lag->sum_seconds() / static_cast<double>(count);
  }
}

// The state, and what is known of why and since when.
void judge(const upstream::Member& member, const upstream::HealthRecord* record, base::Stamp now,
           EndpointStatus& status) {
  const upstream::Endpoint& endpoint = *member.endpoint;
  if (member.down) {
    status.state = EndpointState::kDown;
    status.reason = "configured down";
    return;
  }
  if (endpoint.health() == Health::kUp && endpoint.ejected(now)) {
    status.state = EndpointState::kEjected;
    status.reason = endpoint.asked_for_it() ? "asked by Retry-After" : status.last_failure;
    status.for_s = base::seconds(endpoint.ejected_at(), now);
    return;
  }
  if (endpoint.health() == Health::kDown) status.state = EndpointState::kDown;
  if (endpoint.health() == Health::kUnchecked) status.state = EndpointState::kUnchecked;
  if (record == nullptr) return;
  status.for_s = base::seconds(record->since(), now);
  bool up_in_spite = status.state == EndpointState::kUp && !record->reason().empty();
  status.reason = (up_in_spite ? "last probe: " : "") + record->reason();
}

// Counts of one endpoint, summed over the workers.
struct Load {
  std::uint64_t in_flight = 0;
  ConnectionCounts connections;
  std::uint64_t answers = 0;
  std::uint64_t errors = 0;
  std::uint64_t duration_ns = 0;
};

void add(const upstream::EndpointStats& stats, Load& load) {
  load.in_flight += stats.in_flight.get();
  add({stats.connections_active.get(), stats.connections_idle.get()}, load.connections);
  load.answers += stats.answers.get();
  stats.codes.each([&](unsigned code, std::uint64_t count) {
    if (code / 100 == 5) load.errors += count;
  });
  load.duration_ns += stats.duration_ns.get();
}

EndpointStatus endpoint_of(const observe::MetricsSource& source, const upstream::Member& member,
                           const Load& load, base::Stamp now) {
  const upstream::Endpoint& endpoint = *member.endpoint;
  EndpointStatus status;
  status.address = endpoint.text();
  status.weight = member.weight;
  status.max_conns = member.max_conns;
  status.backup = member.backup;
  if (endpoint.last_failure() != upstream::FailureKind::kCount) {
    status.last_failure = text_of(endpoint.last_failure());
    status.last_ago_s = base::seconds(endpoint.last_failure_at(), now);
  }
  judge(member, source.health == nullptr ? nullptr : source.health->find(endpoint), now, status);
  status.in_flight = load.in_flight;
  status.connections = load.connections;
  status.answers = load.answers;
  status.errors = load.errors;
  if (load.answers > 0) {
    status.mean_s = static_cast<double>(load.duration_ns) / 1e9 / static_cast<double>(load.answers);
  }
  return status;
}

void read_upstreams(const observe::MetricsSource& source, Status& status) {
  if (source.workers.empty()) return;
  const auto& first = source.workers.front();
  std::unordered_map<const upstream::Endpoint*, Load> loads;
  for (const auto& worker : source.workers) {
    for (const auto& entry : worker.endpoints)
      add(*entry.stats, loads[entry.member->endpoint.get()]);
  }
  std::unordered_map<std::string_view, std::size_t> index;
  auto upstream = [&](std::string_view name) -> UpstreamStatus& {
    auto [entry, fresh] = index.try_emplace(name, status.upstreams.size());
    if (fresh) status.upstreams.push_back({name, 0, {}});
    return status.upstreams[entry->second];
  };
  for (const auto& worker : source.workers) {
    for (const auto& pool : worker.pools)
      upstream(pool.upstream).queued += pool.stats->queue_length.get();
  }
  base::Stamp now = source.clock();
  for (const auto& entry : first.endpoints) {
    upstream(entry.upstream)
        .endpoints.push_back(
            endpoint_of(source, *entry.member, loads[entry.member->endpoint.get()], now));
  }
}

}  // namespace

std::string_view text_of(EndpointState state) {
  switch (state) {
    case EndpointState::kUp:
      return "up";
    case EndpointState::kUnchecked:
      return "unchecked";
    case EndpointState::kEjected:
      return "ejected";
    case EndpointState::kDown:
      break;
  }
  return "down";
}

ZoneStatus status_of(const observe::ZoneCounts& zone) {
  ZoneStatus status;
  status.name = zone.name;
  status.memory = zone.memory;
  status.store = zone.store->counts();
  for (const cache::ZoneStats* stats : zone.workers) {
    for (std::size_t i = 0; i < status.requests.size(); ++i)
      status.requests[i] += stats->requests[i].get();
    for (std::size_t i = 0; i < status.not_stored.size(); ++i)
      status.not_stored[i] += stats->not_stored[i].get();
  }
  return status;
}

Status status_of(const observe::MetricsSource& source, const State& state, double unix_time) {
  Status status;
  status.version = source.version;
  status.state = state_text(state);
  status.pid = ::getpid();
  status.now = unix_time;
  status.start_time = source.start_time;
  status.generation = source.reloads.well.get() + 1;
  status.reloads_failed = source.reloads.failed.get();
  status.last_reload = source.reloads.last_success;
  read_listeners(source, status);
  read_workers(source, status);
  read_upstreams(source, status);
  for (const observe::ZoneCounts& zone : source.zones) status.zones.push_back(status_of(zone));
  return status;
}

}  // namespace weir::admin
