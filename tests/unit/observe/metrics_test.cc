#include "observe/metrics.h"

#include <doctest/doctest.h>
#include <prometheus/metric_family.h>

#include <algorithm>
#include <set>
#include <string>

#include "unit/observe/counted.h"
#include "unit/observe/scratch.h"

namespace weir::observe {
namespace {

// All lines of a scrape, to be asked for.
class Scrape {
 public:
  explicit Scrape(const MetricsSource& source) {
    for (auto& line : lines_of(Metrics(source).render())) lines_.insert(std::move(line));
  }
  [[nodiscard]] bool has(const std::string& line) const { return lines_.contains(line); }
  // Series whose line begins so.
  [[nodiscard]] std::size_t count(const std::string& prefix) const {
    return static_cast<std::size_t>(
        std::count_if(lines_.begin(), lines_.end(),
                      [&](const std::string& line) { return line.starts_with(prefix); }));
  }

 private:
  std::multiset<std::string> lines_;
};

template <class Enum, class Counters>
base::Counter& at(Counters& counters, Enum which) {
  return counters[static_cast<std::size_t>(which)];
}

}  // namespace

TEST_CASE("requests of all workers are summed by route, pool and code") {
  Counted c;
  c.one.orders.codes.add(200);
  c.one.orders.codes.add(200);
  c.two.orders.codes.add(200);
  c.two.orders.codes.add(502);
  c.two.none.codes.add(404);
  c.one.orders.in_flight.add(2);
  c.two.orders.in_flight.add(1);
  c.two.orders.tunnels.add(1);
  c.one.orders.request_bytes.add(100);
  c.two.orders.response_bytes.add(std::uint64_t{1} << 45);
  Scrape scrape(c.source);
  CHECK(scrape.has("weir_http_requests_total{route=\"orders\",upstream=\"api\",code=\"200\"} 3"));
  CHECK(scrape.has("weir_http_requests_total{route=\"orders\",upstream=\"api\",code=\"502\"} 1"));
  CHECK(scrape.has("weir_http_requests_total{route=\"none\",upstream=\"none\",code=\"404\"} 1"));
  CHECK(scrape.has("weir_http_requests_in_flight{route=\"orders\"} 3"));
  CHECK(scrape.has("weir_tunnels_open{route=\"orders\"} 1"));
  CHECK(scrape.has("weir_http_request_bytes_total{route=\"orders\"} 100"));
  CHECK(scrape.has("weir_http_response_bytes_total{route=\"orders\"} 35184372088832"));
}

TEST_CASE("a histogram's buckets, count and sum fit together") {
  Counted c;
  c.one.orders.duration.observe(400'000);
  c.two.orders.duration.observe(3'000'000'000);
  c.two.orders.duration.observe(100'000'000'000);
  Scrape scrape(c.source);
  std::string name = "weir_http_request_duration_seconds";
  std::string labels = "{route=\"orders\",upstream=\"api\"";
  CHECK(scrape.has(name + "_bucket" + labels + ",le=\"0.0005\"} 1"));
  CHECK(scrape.has(name + "_bucket" + labels + ",le=\"2.5\"} 1"));
  CHECK(scrape.has(name + "_bucket" + labels + ",le=\"5\"} 2"));
  CHECK(scrape.has(name + "_bucket" + labels + ",le=\"60\"} 2"));
  CHECK(scrape.has(name + "_bucket" + labels + ",le=\"+Inf\"} 3"));
  CHECK(scrape.has(name + "_count" + labels + "} 3"));
  CHECK(scrape.count(name + "_sum" + labels) == 1);
}

TEST_CASE("what a listener's clients do is told") {
  Counted c;
  c.one.listener.accepted.add(5);
  c.one.listener.open.add(3);
  c.one.listener.active.add(1);
  c.two.listener.open.add(1);
  at(c.one.listener.closed, server::CloseReason::kClient).add(2);
  at(c.two.listener.methods, http::Method::kPost).add(7);
  Scrape scrape(c.source);
  CHECK(scrape.has("weir_connections_accepted_total{listener=\":8080\"} 5"));
  CHECK(scrape.has("weir_connections_open{listener=\":8080\",state=\"active\"} 1"));
  CHECK(scrape.has("weir_connections_open{listener=\":8080\",state=\"idle\"} 3"));
  CHECK(scrape.has("weir_connections_closed_total{listener=\":8080\",reason=\"client\"} 2"));
  CHECK(scrape.has("weir_http_requests_by_method_total{listener=\":8080\",method=\"POST\"} 7"));
  CHECK(scrape.has("weir_http_requests_by_method_total{listener=\":8080\",method=\"other\"} 0"));
}

TEST_CASE("a connection that turns active during the read does not make the idle ones negative") {
  Counted c;
  c.one.listener.active.add(1);
  CHECK(Scrape(c.source).has("weir_connections_open{listener=\":8080\",state=\"idle\"} 0"));
}

TEST_CASE("refusals, deadlines and limits are told by their names") {
  Counted c;
  at(c.one.stats.rejected, http::Reason::kBadRequest).add(2);
  at(c.two.stats.rejected, http::Reason::kBadRequest).add(1);
  at(c.two.stats.timeouts, http::Phase::kClientHeader).add(4);
  at(c.two.stats.limit_hits, server::Limit::kBody).add(5);
  c.one.pool.retries_refused.add(6);
  c.one.pool.picks_full.add(4);
  c.two.pool.queue_full.add(3);
  c.one.pool.uploads_full.add(9);
  at(c.two.stats.limit_hits, server::Limit::kBufferPerStream).add(1);
  c.one.pool.idle_full.add(2);
  c.two.pool.idle_total_full.add(7);
  c.two.pool.bodies_over.add(8);
  Scrape scrape(c.source);
  CHECK(scrape.has("weir_http_requests_rejected_total{reason=\"bad_request\"} 3"));
  CHECK(scrape.count("weir_http_requests_rejected_total{reason=\"none\"}") == 0);
  CHECK(scrape.has("weir_timeouts_total{phase=\"client_header\"} 4"));
  CHECK(scrape.has("weir_limit_hits_total{limit=\"body\"} 5"));
  CHECK(scrape.has("weir_limit_hits_total{limit=\"retry_budget\"} 6"));
  CHECK(scrape.has("weir_limit_hits_total{limit=\"max_conns\"} 4"));
  CHECK(scrape.has("weir_limit_hits_total{limit=\"queue\"} 3"));
  CHECK(scrape.has("weir_limit_hits_total{limit=\"buffer_per_stream\"} 10"));
  CHECK(scrape.has("weir_limit_hits_total{limit=\"keepalive.idle\"} 2"));
  CHECK(scrape.has("weir_limit_hits_total{limit=\"keepalive.idle_total\"} 7"));
  CHECK(scrape.has("weir_limit_hits_total{limit=\"retry.replay_body\"} 8"));
  CHECK(scrape.has("weir_limit_hits_total{limit=\"regex_memory\"} 0"));
}

TEST_CASE("pools and endpoints are told") {
  Counted c;
  c.one.pool.connect.observe(1'000'000);
  c.two.pool.first_byte.observe(1'000'000);
  at(c.one.pool.failures, upstream::FailureKind::kReset).add(3);
  at(c.two.pool.retries, upstream::FailureKind::kReset).add(2);
  c.one.pool.queue_length.add(3);
  c.two.pool.queue_length.add(2);
  auto& endpoint = c.one.endpoints[0];
  endpoint.codes.add(200);
  endpoint.answers.add(2);
  endpoint.duration_ns.add(1'500'000'000);
  endpoint.in_flight.add(1);
  endpoint.connections_active.add(1);
  c.two.endpoints[0].connections_idle.add(4);
  c.put_aside_first();
  Scrape scrape(c.source);
  std::string first = "{upstream=\"api\",endpoint=\"10.0.0.1:80\"";
  std::string second = "{upstream=\"api\",endpoint=\"10.0.0.2:80\"";
  CHECK(scrape.has("weir_upstream_queue_length{upstream=\"api\"} 5"));
  CHECK(scrape.has("weir_upstream_requests_total" + first + ",code=\"200\"} 1"));
  CHECK(scrape.has("weir_upstream_endpoint_duration_seconds_count" + first + "} 2"));
  CHECK(scrape.has("weir_upstream_endpoint_duration_seconds_sum" + first + "} 1.5"));
  CHECK(scrape.has("weir_upstream_requests_in_flight" + first + "} 1"));
  CHECK(scrape.has("weir_upstream_connections" + first + ",state=\"active\"} 1"));
  CHECK(scrape.has("weir_upstream_connections" + first + ",state=\"idle\"} 4"));
  CHECK(scrape.has("weir_upstream_endpoint_up" + first + "} 1"));
  CHECK(scrape.has("weir_upstream_endpoint_ejected" + first + "} 1"));
  CHECK(scrape.has("weir_upstream_endpoint_weight" + first + "} 1"));
  CHECK(scrape.has("weir_upstream_endpoint_up" + second + "} 0"));
  CHECK(scrape.has("weir_upstream_endpoint_ejected" + second + "} 0"));
  CHECK(scrape.has("weir_upstream_endpoint_weight" + second + "} 5"));
  CHECK(scrape.has("weir_upstream_connect_duration_seconds_count{upstream=\"api\"} 1"));
  CHECK(scrape.has("weir_upstream_first_byte_duration_seconds_count{upstream=\"api\"} 1"));
  CHECK(scrape.has("weir_upstream_request_duration_seconds_count{upstream=\"api\"} 0"));
  CHECK(scrape.has("weir_upstream_failures_total{upstream=\"api\",reason=\"reset\"} 3"));
  CHECK(scrape.has("weir_upstream_retries_total{upstream=\"api\",reason=\"reset\"} 2"));
}

TEST_CASE("look-ups of names are told by how they ended, where names are looked up") {
  Counted c;
  CHECK(Scrape(c.source).count("weir_dns_lookups_total") == 0);
  upstream::LookupStats lookups;
  lookups.ok.add(4);
  lookups.none.add(3);
  lookups.timeout.add(2);
  c.source.lookups = &lookups;
  Scrape scrape(c.source);
  CHECK(scrape.has("weir_dns_lookups_total{result=\"ok\"} 4"));
  CHECK(scrape.has("weir_dns_lookups_total{result=\"nxdomain\"} 3"));
  CHECK(scrape.has("weir_dns_lookups_total{result=\"timeout\"} 2"));
  CHECK(scrape.has("weir_dns_lookups_total{result=\"error\"} 0"));
}

TEST_CASE("the process tells its version, its start and what logs lost") {
  Counted c;
  c.dropped_by_one.add(1);
  c.dropped_by_two.add(2);
  Scrape scrape(c.source);
  CHECK(scrape.has("weir_build_info{version=\"0.1.0\"} 1"));
  CHECK(scrape.has("weir_access_log_dropped_total 3"));
  CHECK(scrape.has("process_start_time_seconds 1700000000"));
  CHECK(scrape.count("process_cpu_seconds_total ") == 1);
  CHECK(scrape.count("process_resident_memory_bytes ") == 1);
  CHECK(scrape.count("process_virtual_memory_bytes ") == 1);
  CHECK(scrape.count("process_threads ") == 1);
  CHECK(scrape.count("process_open_fds ") == 1);
  CHECK(scrape.count("process_max_fds ") == 1);
  CHECK_FALSE(scrape.has("process_resident_memory_bytes 0"));
  CHECK_FALSE(scrape.has("process_threads 0"));
  CHECK_FALSE(scrape.has("process_open_fds 0"));
}

TEST_CASE("series whose labels are known are there at zero, those with a code are not") {
  Counted c;
  Scrape scrape(c.source);
  CHECK(scrape.count("weir_http_requests_total{") == 0);
  CHECK(scrape.count("weir_upstream_requests_total{") == 0);
  CHECK(scrape.has("weir_http_request_bytes_total{route=\"none\"} 0"));
  CHECK(scrape.has("weir_http_request_duration_seconds_count{route=\"none\",upstream=\"none\"} 0"));
  CHECK(scrape.count("weir_http_requests_rejected_total{") ==
        static_cast<std::size_t>(http::Reason::kCount) - 1);
  CHECK(scrape.count("weir_timeouts_total{") == static_cast<std::size_t>(http::Phase::kCount));
  CHECK(scrape.count("weir_upstream_failures_total{") ==
        static_cast<std::size_t>(upstream::FailureKind::kCount));
  CHECK(scrape.count("weir_connections_closed_total{") ==
        static_cast<std::size_t>(server::CloseReason::kCount));
}

TEST_CASE("no label value is empty") {
  Counted c;
  c.one.orders.codes.add(200);
  c.one.endpoints[1].codes.add(200);
  for (const auto& family : Metrics(c.source).Collect()) {
    for (const auto& metric : family.metric) {
      INFO(family.name);
      for (const auto& label : metric.label) CHECK_FALSE(label.value.empty());
    }
  }
}

TEST_CASE("past a thousand routes and endpoints the rest share one label") {
  Counted c;
  server::RouteStats route;
  upstream::EndpointStats endpoint;
  route.in_flight.add(1);
  route.codes.add(200);
  endpoint.in_flight.add(1);
  constexpr std::size_t kMany = Metrics::kLabelsMax + 5;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kMany; ++i) names.push_back("n" + std::to_string(i));
  for (auto& worker : c.source.workers) {
    worker.routes.clear();
    worker.endpoints.clear();
    for (const auto& name : names) {
      worker.routes.push_back({name, "api", &route});
      worker.endpoints.push_back({name, &c.first, &endpoint});
    }
  }
  Scrape scrape(c.source);
  CHECK(scrape.count("weir_http_requests_in_flight{") == Metrics::kLabelsMax + 1);
  CHECK(scrape.has("weir_http_requests_in_flight{route=\"n999\"} 2"));
  CHECK(scrape.has("weir_http_requests_in_flight{route=\"other\"} 10"));
  CHECK(scrape.has("weir_http_requests_total{route=\"other\",upstream=\"other\",code=\"200\"} 10"));
  CHECK(scrape.has("weir_upstream_requests_in_flight{upstream=\"other\",endpoint=\"other\"} 10"));
  CHECK(scrape.has("weir_upstream_endpoint_up{upstream=\"other\",endpoint=\"other\"} 5"));
}

TEST_CASE("promtool finds nothing to complain about") {
  REQUIRE_MESSAGE(std::system("command -v promtool >/dev/null") == 0,
                  "promtool is missing; it comes with the package prometheus");
  Counted c;
  c.one.orders.codes.add(200);
  c.one.orders.duration.observe(1'000'000);
  c.one.endpoints[0].codes.add(200);
  c.one.endpoints[0].answers.add(1);
  c.source.workers[0].routes[0].name = "od\"d\\ name";
  Scratch scratch;
  std::ofstream(scratch / "metrics") << Metrics(c.source).render();
  std::string command =
      "promtool check metrics < " + (scratch / "metrics") + " > " + (scratch / "said") + " 2>&1";
  int status = std::system(command.c_str());
  INFO(text_of_file(scratch / "said"));
  CHECK(status == 0);
}

}  // namespace weir::observe
