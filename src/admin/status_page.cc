#include "admin/status_page.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "upstream/health_checks.h"

namespace weir::admin {
namespace {

constexpr std::string_view kBegin =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>weir</title>\n"
    "<style>body{font:15px/1.5 sans-serif;margin:2em}table{border-collapse:collapse}"
    "th,td{text-align:left;padding:.2em 1em .2em 0;border-bottom:1px solid #ccc}"
    "td.n{text-align:right}</style></head><body>\n";

void put_escaped(std::string& page, std::string_view text) {
  for (char c : text) {
    switch (c) {
      case '&':
        page += "&amp;";
        break;
      case '<':
        page += "&lt;";
        break;
      case '>':
        page += "&gt;";
        break;
      case '"':
        page += "&quot;";
        break;
      default:
        page += c;
    }
  }
}

void put_uptime(std::string& page, double seconds) {
  struct Unit {
    std::uint64_t seconds;
    std::string_view name;
  };
  constexpr std::array<Unit, 4> kUnits = {{{86'400, "d"}, {3'600, "h"}, {60, "m"}, {1, "s"}}};
  auto rest = seconds < 0 ? std::uint64_t{0} : static_cast<std::uint64_t>(seconds);
  bool begun = false;
  for (const auto& unit : kUnits) {
    begun = begun || rest >= unit.seconds || unit.seconds == 1;
    if (!begun) continue;
    page.append(std::to_string(rest / unit.seconds)).append(unit.name);
    if (unit.seconds != 1) page += ' ';
    rest %= unit.seconds;
  }
}

std::string_view text_of(const State& state) {
  if (state.draining) return "draining";
  return state.ready ? "ready" : "starting";
}

std::string_view state_of(const upstream::Member& member, base::Stamp now) {
  const upstream::Endpoint& endpoint = *member.endpoint;
  if (member.down) return "down";
  if (endpoint.health() == upstream::Health::kDown) return "down by its health checks";
  if (endpoint.health() == upstream::Health::kUnchecked) return "not checked yet";
  if (endpoint.ejected(now)) return "put aside";
  return member.backup ? "up, backup" : "up";
}

// The state, with what its probes say where it has any: since when, and why the last one failed.
void put_state(std::string& page, const upstream::Member& member, const observe::MetricsSource& of,
               base::Stamp now) {
  page += state_of(member, now);
  const auto* record = of.health == nullptr ? nullptr : of.health->find(*member.endpoint);
  if (record == nullptr ||
      (member.endpoint->ejected(now) && record->health() == upstream::Health::kUp))
    return;
  page += " for ";
  put_uptime(page, base::seconds(record->since(), now));
  if (record->reason().empty()) return;
  page += record->health() == upstream::Health::kDown ? ": " : ", last probe: ";
  put_escaped(page, record->reason());
}

struct Load {
  std::uint64_t answers = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t connections = 0;
};

// Summed over workers, which share the endpoints of a pool.
std::unordered_map<const upstream::Endpoint*, Load> loads_of(const observe::MetricsSource& source) {
  std::unordered_map<const upstream::Endpoint*, Load> loads;
  for (const auto& worker : source.workers) {
    for (const auto& entry : worker.endpoints) {
      auto& load = loads[entry.member->endpoint.get()];
      load.answers += entry.stats->answers.get();
      load.in_flight += entry.stats->in_flight.get();
      load.connections +=
          entry.stats->connections_active.get() + entry.stats->connections_idle.get();
    }
  }
  return loads;
}

void put_number(std::string& page, std::uint64_t number) {
  page.append("<td class=\"n\">").append(std::to_string(number));
}

void put_endpoints(std::string& page, const observe::MetricsSource& source) {
  if (source.workers.empty() || source.workers.front().endpoints.empty()) return;
  page +=
      "<table><tr><th>upstream<th>endpoint<th>state<th>weight<th>answers<th>in flight"
      "<th>connections\n";
  auto loads = loads_of(source);
  base::Stamp now = source.clock();
  for (const auto& entry : source.workers.front().endpoints) {
    const auto& load = loads[entry.member->endpoint.get()];
    page += "<tr><td>";
    put_escaped(page, entry.upstream);
    page += "<td>";
    put_escaped(page, entry.member->endpoint->text());
    page += "<td>";
    put_state(page, *entry.member, source, now);
    put_number(page, entry.member->weight);
    put_number(page, load.answers);
    put_number(page, load.in_flight);
    put_number(page, load.connections);
    page += '\n';
  }
  page += "</table>\n";
}

}  // namespace

void put_status_page(const observe::MetricsSource& source, const State& state, double unix_time,
                     std::string& page) {
  page.append(kBegin).append("<h1>weir ");
  put_escaped(page, source.version);
  page.append("</h1>\n<p>").append(text_of(state)).append(", up for ");
  put_uptime(page, unix_time - source.start_time);
  page.append(", ").append(std::to_string(source.workers.size()));
  page.append(source.workers.size() == 1 ? " worker" : " workers");
  page +=
      "</p>\n<p><a href=\"/metrics\">/metrics</a> &middot; <a href=\"/healthz\">/healthz</a>"
      " &middot; <a href=\"/readyz\">/readyz</a></p>\n";
  put_endpoints(page, source);
  page += "</body></html>\n";
}

}  // namespace weir::admin
