#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/state.h"
#include "cache/shard.h"
#include "cache/stats.h"
#include "observe/metrics_source.h"

namespace weir::admin {

// What becomes of an endpoint's traffic.
enum class EndpointState : std::uint8_t {
  kUp,
  kUnchecked,  // its first probe is still to come
  kEjected,    // put aside for its failures, or because it asked for it
  kDown,       // by its probes, or by the configuration
};
std::string_view text_of(EndpointState state);

// Connections of one side.
struct ConnectionCounts {
  std::uint64_t active = 0;  // with a request
  std::uint64_t idle = 0;
};

// An endpoint of an upstream, its counts summed over the workers.
struct EndpointStatus {
  std::string_view address;
  EndpointState state = EndpointState::kUp;
  std::string reason;                // of the state; empty: there is nothing to say
  std::optional<double> for_s;       // how long it has been so; none: nobody knows
  std::string_view last_failure;     // of a try; empty: none yet
  std::optional<double> last_ago_s;  // how long that is ago
  unsigned weight = 1;
  unsigned max_conns = 0;  // 0: no bound
  bool backup = false;
  std::uint64_t in_flight = 0;
  ConnectionCounts connections;
  std::uint64_t answers = 0;
  std::uint64_t errors = 0;      // answers of 5xx
  std::optional<double> mean_s;  // from a try's start to its answer's end; none: no answer yet
};

// An upstream with its endpoints, in the order of the file.
struct UpstreamStatus {
  std::string_view name;
  std::uint64_t queued = 0;               // requests that wait for a place on an endpoint
  std::vector<EndpointStatus> endpoints;  // empty: its names have no addresses (yet)
};

// A listener with its connections over all workers.
struct ListenerStatus {
  std::string_view address;
  ConnectionCounts connections;
  std::uint64_t accepted = 0;
};

// A zone of the cache, its counts summed over the workers.
struct ZoneStatus {
  std::string_view name;
  std::uint64_t memory = 0;  // bytes, its bound
  cache::StoreCounts store;
  std::array<std::uint64_t, static_cast<std::size_t>(cache::Result::kCount)> requests{};
  std::array<std::uint64_t, static_cast<std::size_t>(cache::NotStored::kCount)> not_stored{};
};
ZoneStatus status_of(const observe::ZoneCounts& zone);

// A worker with its connections over all listeners.
struct WorkerStatus {
  ConnectionCounts connections;
  std::optional<double> cpu_s;       // since its start; none: not known
  std::optional<double> lag_mean_s;  // of its loop; none: not measured yet
};

// What the process is doing, as the status page and /api/v1/status tell it. Views are those of the
// source.
struct Status {
  std::string_view version;
  std::string_view state;  // starting, ready, draining
  std::int64_t pid = 0;
  double now = 0;  // seconds since 1970
  double start_time = 0;
  std::uint64_t generation = 1;  // of the configuration
  std::uint64_t reloads_failed = 0;
  double last_reload = 0;  // seconds since 1970; 0: none went well
  std::vector<ListenerStatus> listeners;
  std::vector<WorkerStatus> workers;
  std::vector<UpstreamStatus> upstreams;
  std::vector<ZoneStatus> zones;

  [[nodiscard]] double uptime_s() const { return now > start_time ? now - start_time : 0; }
};

// Reads it off the source. `unix_time`: now, seconds since 1970. On the thread that owns both.
Status status_of(const observe::MetricsSource& source, const State& state, double unix_time);

}  // namespace weir::admin
