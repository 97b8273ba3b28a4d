#include "admin/status_json.h"

#include <fmt/chrono.h>

#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>

namespace weir::admin {
namespace {

using Json = nlohmann::ordered_json;

// To the microsecond: what is behind it is noise.
Json seconds(std::optional<double> value) {
  if (!value) return nullptr;
  return std::round(*value * 1e6) / 1e6;
}

Json text_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return text;
}

// To the second.
Json time(std::optional<double> unix_time) {
  if (!unix_time) return nullptr;
  return fmt::format("{:%FT%TZ}", fmt::gmtime(static_cast<std::time_t>(*unix_time)));
}

Json json_of(const ConnectionCounts& connections) {
  return {{"active", connections.active}, {"idle", connections.idle}};
}

// When that was which is so long ago.
std::optional<double> ago(const Status& status, std::optional<double> seconds) {
  if (seconds) return status.now - *seconds;
  return std::nullopt;
}

Json json_of(const EndpointStatus& endpoint, const Status& status) {
  Json json = {
      {"address", endpoint.address},
      {"state", text_of(endpoint.state)},
      {"reason", text_or_null(endpoint.reason)},
      {"since", time(ago(status, endpoint.for_s))},
      {"for_seconds", seconds(endpoint.for_s)},
      {"weight", endpoint.weight},
      {"max_conns", endpoint.max_conns},
      {"backup", endpoint.backup},
      {"in_flight", endpoint.in_flight},
      {"connections", json_of(endpoint.connections)},
      {"answers", endpoint.answers},
      {"errors", endpoint.errors},
      {"mean_seconds", seconds(endpoint.mean_s)},
      {"last_failure", nullptr},
  };
  if (!endpoint.last_failure.empty()) {
    json["last_failure"] = {{"reason", endpoint.last_failure},
                            {"at", time(ago(status, endpoint.last_ago_s))},
                            {"ago_seconds", seconds(endpoint.last_ago_s)}};
  }
  return json;
}

// Counts by the name of what is counted, from the first one on.
template <class Of, std::size_t kSize>
Json counts_of(const std::array<std::uint64_t, kSize>& counts, std::size_t first) {
  Json json = Json::object();
  for (std::size_t i = first; i < kSize; ++i)
    json[std::string(text_of(static_cast<Of>(i)))] = counts[i];
  return json;
}

Json json_of(const ZoneStatus& zone) {
  return {{"zone", zone.name},
          {"memory", zone.memory},
          {"bytes", zone.store.bytes},
          {"entries", zone.store.entries},
          {"stores", zone.store.stores},
          {"evictions", zone.store.evictions},
          {"requests", counts_of<cache::Result>(zone.requests, 0)},
          {"not_stored", counts_of<cache::NotStored>(zone.not_stored, 1)}};
}

Json config_of(const Status& status) {
  Json last = nullptr;
  if (status.last_reload > 0) last = time(status.last_reload);
  return {{"generation", status.generation},
          {"last_reload", std::move(last)},
          {"failed_reloads", status.reloads_failed}};
}

// Lists stay lists when they are empty.
template <class Items, class Make>
Json list_of(const Items& items, Make make) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(make(item));
  return list;
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string status_json(const Status& status) {
  std::size_t worker_number = 0;
  Json json = {
      {"version", status.version},
      {"state", status.state},
      {"pid", status.pid},
      {"started", time(status.start_time)},
      {"uptime_seconds", seconds(status.uptime_s())},
      {"config", config_of(status)},
  };
  json["listeners"] = list_of(status.listeners, [](const ListenerStatus& listener) {
    return Json{{"address", listener.address},
                {"connections", json_of(listener.connections)},
                {"accepted", listener.accepted}};
  });
  json["workers"] = list_of(status.workers, [&](const WorkerStatus& worker) {
    return Json{{"worker", worker_number++},
                {"connections", json_of(worker.connections)},
                {"cpu_seconds", seconds(worker.cpu_s)},
                {"loop_lag_mean_seconds", seconds(worker.lag_mean_s)}};
  });
  json["upstreams"] = list_of(status.upstreams, [&](const UpstreamStatus& upstream) {
    return Json{{"name", upstream.name},
                {"queued", upstream.queued},
                {"endpoints", list_of(upstream.endpoints, [&](const EndpointStatus& endpoint) {
                   return json_of(endpoint, status);
                 })}};
  });
  json["cache"] = list_of(status.zones, [](const ZoneStatus& zone) { return json_of(zone); });
  return dump(json);
}

std::string zone_json(const ZoneStatus& zone) { return dump(json_of(zone)); }

std::string problem_json(unsigned status, const std::string& title, const std::string& detail) {
  return dump({{"title", title}, {"status", status}, {"detail", detail}});
}

}  // namespace weir::admin
