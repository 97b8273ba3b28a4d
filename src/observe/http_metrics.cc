#include "observe/http_metrics.h"

#include <array>

namespace weir::observe {
namespace {

using prometheus::MetricType;

struct RouteSum {
  CodeSum codes;
  HistogramSum duration;
};

struct RouteTotals {
  std::uint64_t in_flight = 0;
  std::uint64_t tunnels = 0;
  std::uint64_t request_bytes = 0;
  std::uint64_t response_bytes = 0;
};

struct ListenerSum {
  std::uint64_t accepted = 0;
  std::uint64_t open = 0;
  std::uint64_t active = 0;
  std::array<std::uint64_t, static_cast<std::size_t>(server::CloseReason::kCount)> closed{};
  std::array<std::uint64_t, static_cast<std::size_t>(http::Method::kOther) + 1> methods{};
};

template <class Counters, class Sums>
void add_all(const Counters& counters, Sums& sums) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += counters[i].get();
}

// One series for each value of `Enum` from `first` on, named by its text.
template <class Enum, class Sums>
void add_by_enum(prometheus::MetricFamily& family, const Labels& labels, std::string_view name,
                 const Sums& sums, std::size_t first = 0) {
  for (std::size_t i = first; i < sums.size(); ++i) {
    Labels all = labels;
    all.emplace_back(name, text_of(static_cast<Enum>(i)));
    add_counter(family, all, static_cast<double>(sums[i]));
  }
}

void add_route_families(const Groups<RouteSum>& routes, Families& families) {
  auto& requests =
      add_family(families, "weir_http_requests_total",
                 "Requests that ended, by the status sent (499: the client left before).",
                 MetricType::Counter);
  for (const auto& route : routes.all()) {
    for (const auto& [code, count] : route.sum.codes.get()) {
      std::string text = code_text(code);
      add_counter(requests, {{"route", route.first}, {"upstream", route.second}, {"code", text}},
                  static_cast<double>(count));
    }
  }
  auto& duration = add_family(families, "weir_http_request_duration_seconds",
                              "Time from a request's first byte to its answer's last byte.",
                              MetricType::Histogram);
  for (const auto& route : routes.all()) {
    add_histogram(duration, {{"route", route.first}, {"upstream", route.second}},
                  route.sum.duration);
  }
}

void add_route_totals(const Groups<RouteTotals>& routes, Families& families) {
  auto& in_flight = add_family(families, "weir_http_requests_in_flight", "Requests being answered.",
                               MetricType::Gauge);
  for (const auto& route : routes.all()) {
    add_gauge(in_flight, {{"route", route.first}}, static_cast<double>(route.sum.in_flight));
  }
  auto& tunnels =
      add_family(families, "weir_tunnels_open",
                 "Requests in flight that became tunnels, as WebSockets.", MetricType::Gauge);
  for (const auto& route : routes.all()) {
    add_gauge(tunnels, {{"route", route.first}}, static_cast<double>(route.sum.tunnels));
  }
  auto& request_bytes =
      add_family(families, "weir_http_request_bytes_total",
                 "Bytes of whole requests, as on the wire without TLS.", MetricType::Counter);
  for (const auto& route : routes.all()) {
    add_counter(request_bytes, {{"route", route.first}},
                static_cast<double>(route.sum.request_bytes));
  }
  auto& response_bytes =
      add_family(families, "weir_http_response_bytes_total",
                 "Bytes of whole answers, as on the wire without TLS.", MetricType::Counter);
  for (const auto& route : routes.all()) {
    add_counter(response_bytes, {{"route", route.first}},
                static_cast<double>(route.sum.response_bytes));
  }
}

void add_routes(const MetricsSource& source, std::size_t labels_max, Families& families) {
  Groups<RouteSum> by_upstream(labels_max);
  Groups<RouteTotals> by_route(labels_max);
  for (const auto& worker : source.workers) {
    for (const auto& route : worker.routes) {
      auto& sum = by_upstream.at(route.name, route.upstream.empty() ? "none" : route.upstream);
      sum.codes.add(route.stats->codes);
      sum.duration.add(route.stats->duration);
      auto& totals = by_route.at(route.name);
      totals.in_flight += route.stats->in_flight.get();
      totals.tunnels += route.stats->tunnels.get();
      totals.request_bytes += route.stats->request_bytes.get();
      totals.response_bytes += route.stats->response_bytes.get();
    }
  }
  add_route_families(by_upstream, families);
  add_route_totals(by_route, families);
}

void add_connection_families(const Groups<ListenerSum>& listeners, Families& families) {
  auto& open =
      add_family(families, "weir_connections_open",
                 "Client connections that are open; active: with a request.", MetricType::Gauge);
  for (const auto& listener : listeners.all()) {
    // Read one after the other, so that active may be ahead by a few.
    std::uint64_t active = listener.sum.active;
    std::uint64_t idle = listener.sum.open > active ? listener.sum.open - active : 0;
    add_gauge(open, {{"listener", listener.first}, {"state", "active"}},
              static_cast<double>(active));
    add_gauge(open, {{"listener", listener.first}, {"state", "idle"}}, static_cast<double>(idle));
  }
  auto& accepted = add_family(families, "weir_connections_accepted_total",
                              "Client connections accepted.", MetricType::Counter);
  for (const auto& listener : listeners.all()) {
    add_counter(accepted, {{"listener", listener.first}},
                static_cast<double>(listener.sum.accepted));
  }
  auto& closed = add_family(families, "weir_connections_closed_total",
                            "Client connections closed, by reason.", MetricType::Counter);
  for (const auto& listener : listeners.all()) {
    add_by_enum<server::CloseReason>(closed, {{"listener", listener.first}}, "reason",
                                     listener.sum.closed);
  }
}

void add_listeners(const MetricsSource& source, std::size_t labels_max, Families& families) {
  Groups<ListenerSum> listeners(labels_max);
  for (const auto& worker : source.workers) {
    for (const auto& listener : worker.listeners) {
      auto& sum = listeners.at(listener.address);
      sum.accepted += listener.stats->accepted.get();
      sum.open += listener.stats->open.get();
      sum.active += listener.stats->active.get();
      add_all(listener.stats->closed, sum.closed);
      add_all(listener.stats->methods, sum.methods);
    }
  }
  auto& methods =
      add_family(families, "weir_http_requests_by_method_total",
                 "Requests by method; other: one that weir does not know.", MetricType::Counter);
  for (const auto& listener : listeners.all()) {
    add_by_enum<http::Method>(methods, {{"listener", listener.first}}, "method",
                              listener.sum.methods);
  }
  add_connection_families(listeners, families);
}

void add_refusals(const MetricsSource& source, Families& families) {
  std::array<std::uint64_t, static_cast<std::size_t>(http::Reason::kCount)> rejected{};
  std::array<std::uint64_t, static_cast<std::size_t>(http::Phase::kCount)> timeouts{};
  std::array<std::uint64_t, static_cast<std::size_t>(server::Limit::kCount)> limits{};
  std::uint64_t retries_refused = 0;
  std::uint64_t picks_full = 0;
  std::uint64_t queue_full = 0;
  std::uint64_t idle_full = 0;
  std::uint64_t idle_total_full = 0;
  std::uint64_t bodies_over = 0;
  for (const auto& worker : source.workers) {
    add_all(worker.stats->rejected, rejected);
    add_all(worker.stats->timeouts, timeouts);
    add_all(worker.stats->limit_hits, limits);
    for (const auto& pool : worker.pools) {
      retries_refused += pool.stats->retries_refused.get();
      picks_full += pool.stats->picks_full.get();
      queue_full += pool.stats->queue_full.get();
      limits[static_cast<std::size_t>(server::Limit::kBufferPerStream)] +=
          pool.stats->uploads_full.get();
      idle_full += pool.stats->idle_full.get();
      idle_total_full += pool.stats->idle_total_full.get();
      bodies_over += pool.stats->bodies_over.get();
    }
  }
  // Reason 0 is "none".
  add_by_enum<http::Reason>(
      add_family(families, "weir_http_requests_rejected_total",
                 "Requests that weir itself refused, answered with an error or cut, by reason.",
                 MetricType::Counter),
      {}, "reason", rejected, 1);
  add_by_enum<http::Phase>(
      add_family(families, "weir_timeouts_total",
                 "Deadlines that passed, named as the keys that set them.", MetricType::Counter),
      {}, "phase", timeouts);
  auto& hits =
      add_family(families, "weir_limit_hits_total",
                 "Bounds that were met, named as the keys that set them.", MetricType::Counter);
  add_by_enum<server::Limit>(hits, {}, "limit", limits);
  add_counter(hits, {{"limit", "retry_budget"}}, static_cast<double>(retries_refused));
  add_counter(hits, {{"limit", "max_conns"}}, static_cast<double>(picks_full));
  add_counter(hits, {{"limit", "queue"}}, static_cast<double>(queue_full));
  add_counter(hits, {{"limit", "keepalive.idle"}}, static_cast<double>(idle_full));
  add_counter(hits, {{"limit", "keepalive.idle_total"}}, static_cast<double>(idle_total_full));
  add_counter(hits, {{"limit", "retry.replay_body"}}, static_cast<double>(bodies_over));
  // Of paths searched by many regexes at once: these were then tried one by one.
  std::uint64_t fallbacks = source.router == nullptr ? 0 : source.router->regex_fallbacks();
  add_counter(hits, {{"limit", "regex_memory"}}, static_cast<double>(fallbacks));
}

}  // namespace

void add_http_metrics(const MetricsSource& source, std::size_t labels_max, Families& families) {
  add_routes(source, labels_max, families);
  add_listeners(source, labels_max, families);
  add_refusals(source, families);
}

}  // namespace weir::observe
