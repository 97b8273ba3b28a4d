#include "cli/status_text.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "admin/duration_text.h"

namespace weir::cli {

namespace {

using Json = nlohmann::json;

// A failure that is longer ago is told by the counters only.
constexpr double kRecent_s = 60;

std::string number(const Json& value) { return std::to_string(value.get<std::uint64_t>()); }

std::string duration(const Json& value) {
  return value.is_null() ? "" : admin::duration_text(value.get<double>());
}

// A latency: three digits, in the unit that fits.
std::string latency(const Json& value) {
  if (value.is_null()) return "";
  double ms = value.get<double>() * 1e3;
  if (ms < 10) return fmt::format("{:.2f} ms", ms);
  if (ms < 100) return fmt::format("{:.1f} ms", ms);
  if (ms < 1000) return fmt::format("{:.0f} ms", ms);
  return fmt::format("{:.2f} s", ms / 1e3);
}

Colour colour_of(std::string_view state) {
  if (state == "up" || state == "ready") return Colour::kGreen;
  return state == "down" ? Colour::kRed : Colour::kYellow;
}

std::string headline(const Json& status) {
  const Json& config = status.at("config");
  std::string text = fmt::format(
      "weir {} is {}: up for {}, pid {}, configuration {}", status.at("version").get<std::string>(),
      status.at("state").get<std::string>(), duration(status.at("uptime_seconds")),
      number(status.at("pid")), number(config.at("generation")));
  if (!config.at("last_reload").is_null())
    text += " of " + config.at("last_reload").get<std::string>();
  if (auto failed = config.at("failed_reloads").get<std::uint64_t>(); failed > 0)
    text += fmt::format(", {} failed reload{}", failed, failed == 1 ? "" : "s");
  return text + '\n';
}

std::string listeners(const Json& status, const TextStyle& style) {
  TextTable table;
  table.add_column("LISTENER");
  table.add_column("ACTIVE", true);
  table.add_column("IDLE", true);
  table.add_column("ACCEPTED", true);
  for (const Json& listener : status.at("listeners")) {
    table.add_row();
    table.add(listener.at("address").get<std::string>());
    table.add(number(listener.at("connections").at("active")));
    table.add(number(listener.at("connections").at("idle")));
    table.add(number(listener.at("accepted")));
  }
  return table.text(style);
}

std::string workers(const Json& status, const TextStyle& style) {
  TextTable table;
  table.add_column("WORKER");
  table.add_column("ACTIVE", true);
  table.add_column("IDLE", true);
  table.add_column("CPU", true);
  table.add_column("LOOP LAG", true);
  for (const Json& worker : status.at("workers")) {
    table.add_row();
    table.add(number(worker.at("worker")));
    table.add(number(worker.at("connections").at("active")));
    table.add(number(worker.at("connections").at("idle")));
    const Json& cpu = worker.at("cpu_seconds");
    table.add(cpu.is_null() ? "" : fmt::format("{:.1f} s", cpu.get<double>()));
    table.add(latency(worker.at("loop_lag_mean_seconds")));
  }
  return table.text(style);
}

// Why the state is what it is; for one that is up, that its last try failed a moment ago.
std::string why(const Json& endpoint) {
  const Json& reason = endpoint.at("reason");
  if (!reason.is_null()) return reason.get<std::string>();
  const Json& failure = endpoint.at("last_failure");
  if (failure.is_null() || failure.at("ago_seconds").get<double>() > kRecent_s) return {};
  return failure.at("reason").get<std::string>() + ' ' + duration(failure.at("ago_seconds")) +
         " ago";
}

void add_endpoint(const Json& upstream, const Json& endpoint, TextTable& table) {
  auto state = endpoint.at("state").get<std::string>();
  bool backup = endpoint.at("backup").get<bool>();
  table.add_row();
  table.add(upstream.at("name").get<std::string>());
  table.add(endpoint.at("address").get<std::string>());
  table.add(backup ? state + ", backup" : state, colour_of(state));
  table.add(duration(endpoint.at("for_seconds")));
  table.add(number(endpoint.at("in_flight")));
  table.add(number(endpoint.at("connections").at("idle")));
  table.add(number(endpoint.at("answers")));
  table.add(number(endpoint.at("errors")));
  table.add(latency(endpoint.at("mean_seconds")));
  table.add(why(endpoint));
}

// What there is to say of an upstream as a whole.
void add_note(const Json& upstream, std::string_view what, std::string_view note,
              TextTable& table) {
  table.add_row();
  table.add(upstream.at("name").get<std::string>());
  table.add(what, Colour::kYellow);
  for (int between = 0; between < 7; ++between) table.add("");
  table.add(note);
}

std::string upstreams(const Json& status, const TextStyle& style) {
  if (status.at("upstreams").empty()) return {};
  TextTable table;
  table.add_column("UPSTREAM");
  table.add_column("ENDPOINT");
  table.add_column("STATE");
  table.add_column("FOR");
  table.add_column("IN FLIGHT", true);
  table.add_column("IDLE", true);
  table.add_column("ANSWERS", true);
  table.add_column("5XX", true);
  table.add_column("MEAN", true);
  table.add_column("WHY");
  for (const Json& upstream : status.at("upstreams")) {
    for (const Json& endpoint : upstream.at("endpoints")) add_endpoint(upstream, endpoint, table);
    if (upstream.at("endpoints").empty())
      add_note(upstream, "none", "its names have no address", table);
    if (upstream.at("queued") != 0)
      add_note(upstream, "queue", number(upstream.at("queued")) + " wait for a place", table);
  }
  return '\n' + table.text(style);
}

std::string bytes(const Json& value) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB"};
  auto number = value.get<double>();
  std::size_t unit = 0;
  for (; number >= 1024 && unit + 1 < std::size(kUnits); ++unit) number /= 1024;
  return fmt::format("{:.{}f} {}", number, unit == 0 ? 0 : 1, kUnits[unit]);
}

// Answered without a body of the backend's, and those that could not be.
std::pair<std::uint64_t, std::uint64_t> hits_and_misses(const Json& requests) {
  std::uint64_t hits = 0;
  for (const char* result : {"hit", "stale", "revalidated", "coalesced"})
    hits += requests.at(result).get<std::uint64_t>();
  return {hits, requests.at("miss").get<std::uint64_t>()};
}

std::string zones(const Json& status, const TextStyle& style) {
  // An older weir has none.
  if (!status.contains("cache") || status.at("cache").empty()) return {};
  TextTable table;
  table.add_column("CACHE");
  table.add_column("ENTRIES", true);
  table.add_column("USED", true);
  table.add_column("OF", true);
  table.add_column("HITS", true);
  table.add_column("MISSES", true);
  table.add_column("RATIO", true);
  table.add_column("EVICTED", true);
  for (const Json& zone : status.at("cache")) {
    auto [hits, misses] = hits_and_misses(zone.at("requests"));
    table.add_row();
    table.add(zone.at("zone").get<std::string>());
    table.add(number(zone.at("entries")));
    table.add(bytes(zone.at("bytes")));
    table.add(bytes(zone.at("memory")));
    table.add(std::to_string(hits));
    table.add(std::to_string(misses));
    auto all = static_cast<double>(hits + misses);
    table.add(
        hits + misses == 0 ? "" : fmt::format("{:.1f} %", 100.0 * static_cast<double>(hits) / all));
    table.add(number(zone.at("evictions")));
  }
  return '\n' + table.text(style);
}

}  // namespace

base::Result<StatusText> status_text(const std::string& json, const TextStyle& style) {
  Json status = Json::parse(json, nullptr, false);
  try {
    StatusText made;
    made.ready = status.at("state") == "ready";
    made.text = headline(status) + '\n' + listeners(status, style) + '\n' + workers(status, style) +
                upstreams(status, style) + zones(status, style);
    return made;
  } catch (const Json::exception& error) {
    return base::Error{std::string("the answer is none that this weir understands (") +
                       error.what() + ")"};
  }
}

}  // namespace weir::cli
