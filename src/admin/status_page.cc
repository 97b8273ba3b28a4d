#include "admin/status_page.h"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

#include "admin/duration_text.h"

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

// The state, with how long it has been so and why.
void put_state(std::string& page, const EndpointStatus& endpoint) {
  page += text_of(endpoint.state);
  if (endpoint.backup) page += ", backup";
  if (endpoint.for_s) page.append(" for ").append(duration_text(*endpoint.for_s));
  if (endpoint.reason.empty()) return;
  page += ": ";
  put_escaped(page, endpoint.reason);
}

void put_number(std::string& page, std::uint64_t number) {
  page.append("<td class=\"n\">").append(std::to_string(number));
}

void put_endpoint(std::string& page, std::string_view upstream, const EndpointStatus& endpoint) {
  page += "<tr><td>";
  put_escaped(page, upstream);
  page += "<td>";
  put_escaped(page, endpoint.address);
  page += "<td>";
  put_state(page, endpoint);
  put_number(page, endpoint.weight);
  put_number(page, endpoint.answers);
  put_number(page, endpoint.errors);
  put_number(page, endpoint.in_flight);
  put_number(page, endpoint.connections.active + endpoint.connections.idle);
  page += "<td class=\"n\">";
  if (endpoint.mean_s) page += fmt::format("{:.1f} ms", *endpoint.mean_s * 1e3);
  page += '\n';
}

void put_endpoints(std::string& page, const Status& status) {
  if (status.upstreams.empty()) return;
  page +=
      "<table><tr><th>upstream<th>endpoint<th>state<th>weight<th>answers<th>5xx<th>in flight"
      "<th>connections<th>mean\n";
  for (const auto& upstream : status.upstreams) {
    for (const auto& endpoint : upstream.endpoints) put_endpoint(page, upstream.name, endpoint);
  }
  page += "</table>\n";
}

}  // namespace

void put_status_page(const Status& status, std::string& page) {
  page.append(kBegin).append("<h1>weir ");
  put_escaped(page, status.version);
  page.append("</h1>\n<p>").append(status.state).append(", up for ");
  page.append(duration_text(status.uptime_s()));
  page.append(", ").append(std::to_string(status.workers.size()));
  page.append(status.workers.size() == 1 ? " worker" : " workers");
  page +=
      "</p>\n<p><a href=\"/metrics\">/metrics</a> &middot; <a href=\"/healthz\">/healthz</a>"
      " &middot; <a href=\"/readyz\">/readyz</a> &middot; "
      "<a href=\"/api/v1/status\">/api/v1/status</a></p>\n";
  put_endpoints(page, status);
  page += "</body></html>\n";
}

}  // namespace weir::admin
