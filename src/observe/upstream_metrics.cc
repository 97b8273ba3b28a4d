#include "observe/upstream_metrics.h"

#include <array>

namespace weir::observe {
namespace {

using prometheus::MetricType;
using Kinds = std::array<std::uint64_t, static_cast<std::size_t>(upstream::FailureKind::kCount)>;

struct PoolSum {
  HistogramSum duration;
  HistogramSum connect;
  HistogramSum first_byte;
  Kinds failures{};
  Kinds retries{};
  std::uint64_t queue_length = 0;
};

struct EndpointSum {
  CodeSum codes;
  std::uint64_t answers = 0;
  std::uint64_t duration_ns = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t active = 0;
  std::uint64_t idle = 0;
  // Of the endpoint itself, which the workers share: taken once. More than one in `other`.
  std::uint64_t up = 0;
  std::uint64_t ejected = 0;
  std::uint64_t weight = 0;
};

void add_kinds(Families& families, const Groups<PoolSum>& pools, const char* name, const char* help,
               Kinds PoolSum::*kinds) {
  auto& family = add_family(families, name, help, MetricType::Counter);
  for (const auto& pool : pools.all()) {
    for (std::size_t i = 0; i < (pool.sum.*kinds).size(); ++i) {
      add_counter(
          family,
          {{"upstream", pool.first}, {"reason", text_of(static_cast<upstream::FailureKind>(i))}},
          static_cast<double>((pool.sum.*kinds)[i]));
    }
  }
}

void add_durations(Families& families, const Groups<PoolSum>& pools, const char* name,
                   const char* help, HistogramSum PoolSum::*histogram) {
  auto& family = add_family(families, name, help, MetricType::Histogram);
  for (const auto& pool : pools.all()) {
    add_histogram(family, {{"upstream", pool.first}}, pool.sum.*histogram);
  }
}

void add_pools(const MetricsSource& source, std::size_t labels_max, Families& families) {
  Groups<PoolSum> pools(labels_max);
  for (const auto& worker : source.workers) {
    for (const auto& pool : worker.pools) {
      auto& sum = pools.at(pool.upstream);
      sum.duration.add(pool.stats->duration);
      sum.connect.add(pool.stats->connect);
      sum.first_byte.add(pool.stats->first_byte);
      sum.queue_length += pool.stats->queue_length.get();
      for (std::size_t i = 0; i < sum.failures.size(); ++i) {
        sum.failures[i] += pool.stats->failures[i].get();
        sum.retries[i] += pool.stats->retries[i].get();
      }
    }
  }
  add_durations(families, pools, "weir_upstream_request_duration_seconds",
                "Time from a try's start to its answer's end.", &PoolSum::duration);
  add_durations(families, pools, "weir_upstream_connect_duration_seconds",
                "Time to make a connection.", &PoolSum::connect);
  add_durations(families, pools, "weir_upstream_first_byte_duration_seconds",
                "Time from the request's head being sent to the answer's first byte.",
                &PoolSum::first_byte);
  add_kinds(families, pools, "weir_upstream_failures_total", "Tries that failed, by reason.",
            &PoolSum::failures);
  add_kinds(families, pools, "weir_upstream_retries_total",
            "Tries that were made again, by the reason of the failure before.", &PoolSum::retries);
  auto& queue = add_family(families, "weir_upstream_queue_length",
                           "Requests that wait for a place on an endpoint.", MetricType::Gauge);
  for (const auto& pool : pools.all()) {
    add_gauge(queue, {{"upstream", pool.first}}, static_cast<double>(pool.sum.queue_length));
  }
}

void add_endpoint_requests(const Groups<EndpointSum>& endpoints, Families& families) {
  auto& requests = add_family(families, "weir_upstream_requests_total",
                              "Answers of an endpoint by their status.", MetricType::Counter);
  for (const auto& endpoint : endpoints.all()) {
    for (const auto& [code, count] : endpoint.sum.codes.get()) {
      std::string text = code_text(code);
      add_counter(requests,
                  {{"upstream", endpoint.first}, {"endpoint", endpoint.second}, {"code", text}},
                  static_cast<double>(count));
    }
  }
  auto& duration =
      add_family(families, "weir_upstream_endpoint_duration_seconds",
                 "Time from a try's start to its answer's end, by endpoint.", MetricType::Summary);
  for (const auto& endpoint : endpoints.all()) {
    add_summary(duration, {{"upstream", endpoint.first}, {"endpoint", endpoint.second}},
                endpoint.sum.answers, static_cast<double>(endpoint.sum.duration_ns) / 1e9);
  }
  auto& connections =
      add_family(families, "weir_upstream_connections",
                 "Connections to an endpoint; active: in use or being made.", MetricType::Gauge);
  for (const auto& endpoint : endpoints.all()) {
    Labels labels = {{"upstream", endpoint.first}, {"endpoint", endpoint.second}};
    for (bool active : {true, false}) {
      Labels all = labels;
      all.emplace_back("state", active ? "active" : "idle");
      add_gauge(connections, all,
                static_cast<double>(active ? endpoint.sum.active : endpoint.sum.idle));
    }
  }
}

void add_endpoint_gauge(const Groups<EndpointSum>& endpoints, Families& families, const char* name,
                        const char* help, std::uint64_t EndpointSum::*value) {
  auto& family = add_family(families, name, help, MetricType::Gauge);
  for (const auto& endpoint : endpoints.all()) {
    add_gauge(family, {{"upstream", endpoint.first}, {"endpoint", endpoint.second}},
              static_cast<double>(endpoint.sum.*value));
  }
}

void add_endpoints(const MetricsSource& source, std::size_t labels_max, Families& families) {
  Groups<EndpointSum> endpoints(labels_max);
  base::Stamp now = source.clock();
  for (const auto& worker : source.workers) {
    bool first = &worker == &source.workers.front();
    for (const auto& [upstream, member, stats] : worker.endpoints) {
      const upstream::Endpoint* endpoint = member->endpoint.get();
      auto& sum = endpoints.at(upstream, endpoint->text());
      sum.codes.add(stats->codes);
      sum.answers += stats->answers.get();
      sum.duration_ns += stats->duration_ns.get();
      sum.in_flight += stats->in_flight.get();
      sum.active += stats->connections_active.get();
      sum.idle += stats->connections_idle.get();
      if (!first) continue;
      sum.up += member->down || endpoint->health() == upstream::Health::kDown ? 0 : 1;
      sum.ejected += endpoint->ejected(now) ? 1 : 0;
      sum.weight += member->weight;
    }
  }
  add_endpoint_requests(endpoints, families);
  add_endpoint_gauge(endpoints, families, "weir_upstream_requests_in_flight",
                     "Requests that an endpoint is answering.", &EndpointSum::in_flight);
  add_endpoint_gauge(endpoints, families, "weir_upstream_endpoint_up",
                     "1 where an endpoint takes requests, 0 where it is down.", &EndpointSum::up);
  add_endpoint_gauge(endpoints, families, "weir_upstream_endpoint_ejected",
                     "1 while an endpoint is put aside for its failures, or at its own wish.",
                     &EndpointSum::ejected);
  add_endpoint_gauge(endpoints, families, "weir_upstream_endpoint_weight",
                     "The share of traffic of an endpoint relative to others.",
                     &EndpointSum::weight);
}

void add_lookups(const upstream::LookupStats& stats, Families& families) {
  auto& family = add_family(families, "weir_dns_lookups_total",
                            "Look-ups of endpoints' names by how they ended; nxdomain: there is no "
                            "such name, or it has no address.",
                            MetricType::Counter);
  add_counter(family, {{"result", "ok"}}, static_cast<double>(stats.ok.get()));
  add_counter(family, {{"result", "nxdomain"}}, static_cast<double>(stats.none.get()));
  add_counter(family, {{"result", "timeout"}}, static_cast<double>(stats.timeout.get()));
  add_counter(family, {{"result", "error"}}, static_cast<double>(stats.error.get()));
}

}  // namespace

void add_upstream_metrics(const MetricsSource& source, std::size_t labels_max, Families& families) {
  add_pools(source, labels_max, families);
  add_endpoints(source, labels_max, families);
  if (source.lookups != nullptr) add_lookups(*source.lookups, families);
}

}  // namespace weir::observe
