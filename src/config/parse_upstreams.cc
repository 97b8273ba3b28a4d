#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "config/names.h"
#include "config/sections.h"

namespace weir::config {

namespace {

using upstream::EndpointOptions;
using upstream::KeepaliveOptions;
using upstream::PoolOptions;
using upstream::QueueOptions;
using upstream::UpstreamTimeouts;

// An entry of endpoints while it is read.
struct EndpointDraft {
  EndpointOptions options;
  Place place;
  bool ok = false;
};

void read_endpoint_address(Scope& scope, const KeyInfo& key, const Node& node,
                           EndpointDraft& draft) {
  auto address = read_address(scope, key, node);
  if (!address) return;
  if (!address->is_unix && address->host.empty()) {
    return scope.wants(node.place, key.name, wants_text(key.shape),
                       quoted(node.text) + " names no host",
                       "did you mean '127.0.0.1:" + std::to_string(address->port) + "'?");
  }
  if (!address->is_unix && address->port == 0)
    return scope.wants(node.place, key.name, wants_text(key.shape), "nothing listens on port 0");
  draft.options.address = std::move(*address);
  draft.place = node.place;
  draft.ok = true;
}

// A key that fills a member of the options within the draft.
template <auto kMember>
void option(Scope& scope, const KeyInfo& key, const Node& node, EndpointDraft& draft) {
  into<kMember>(scope, key, node, draft.options);
}

constexpr Key<EndpointDraft> kEndpointKeys[] = {
    {{"address", "where the backend listens", "",
      text("an address such as 10.0.0.1:8080, \"[fd00::1]:8080\", app.internal:8080 or "
           "unix:/run/app.sock",
           kBackendPattern),
      Trait::kRequired},
     read_endpoint_address},
    {{"weight", "share of the traffic, relative to the other endpoints", "1", integer(1, 65'535)},
     option<&EndpointOptions::weight>},
    {{"max_conns", "requests under way to it, over all workers; 0: no bound", "0",
      integer(0, 1'000'000)},
     option<&EndpointOptions::max_conns>},
    {{"backup", "only used when no other endpoint is available", "off", on_off()},
     option<&EndpointOptions::backup>},
    {{"down", "never used", "off", on_off()}, option<&EndpointOptions::down>},
};

EndpointDraft read_endpoint(Scope& scope, const KeyInfo& key, const Node& node) {
  EndpointDraft draft;
  draft.place = node.place;
  if (node.is(Node::Kind::kMap)) {
    Scope inside = scope.inside("an endpoint of " + scope.where());
    read_map(inside, node, kEndpointKeys, draft);
    if (node.find("address") == nullptr)
      scope.error(node.place,
                  "this endpoint has no 'address'; write for example {address: \"10.0.0.1:8080\"}");
  } else if (node.is(Node::Kind::kText)) {
    read_endpoint_address(scope, kEndpointKeys[0].info, node, draft);
  } else if (!node.is(Node::Kind::kBroken)) {
    scope.wants(node.place, key.name, wants_text(key.shape), kind_text(node));
  }
  return draft;
}

void read_endpoints(Scope& scope, const KeyInfo& key, const Node& node, PoolOptions& pool) {
  std::unordered_map<std::string, Place> places;
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node)) {
    EndpointDraft endpoint = read_endpoint(scope, key, entry);
    if (!endpoint.ok) continue;
    std::string address = net::to_text(endpoint.options.address);
    auto [first, is_first] = places.emplace(address, endpoint.place);
    if (!is_first) {
      scope.error(endpoint.place,
                  "the endpoint " + quoted(address) + " is given twice in " + scope.where() +
                      "; for a larger share write {address: " + quoted(address) + ", weight: 2}",
                  "first in " + scope.files().line_text(first->second, endpoint.place));
      continue;
    }
    pool.endpoints.push_back(std::move(endpoint.options));
  }
  if (node.is(Node::Kind::kList) && node.items.empty())
    scope.wants(node.place, key.name, wants_text(key.shape), "the list is empty");
}

// A section of a pool's own member.
template <auto kMember, const auto& kTable>
void part(Scope& scope, const KeyInfo& key, const Node& node, PoolOptions& pool) {
  Scope inside = scope.inside(quoted(key.name) + " of " + scope.where());
  read_section(inside, key, node, kTable, pool.*kMember);
}

constexpr Key<QueueOptions> kQueueKeys[] = {
    {{"size", "requests that wait, over all workers; more are answered 503; 0: none waits", "0",
      integer(0, 1'000'000)},
     into<&QueueOptions::size>},
    {{"timeout", "a request that has waited so long is answered 503; 0: no bound", "1s",
      duration(0, kYear)},
     into<&QueueOptions::timeout>},
};

constexpr Key<KeepaliveOptions> kKeepaliveKeys[] = {
    {{"idle", "idle connections kept, per endpoint and worker; 0: none", "64", integer(0, 65'535)},
     into<&KeepaliveOptions::idle>},
    {{"idle_total", "idle connections kept, per worker; the oldest is closed first", "4096",
      integer(0, 1'000'000)},
     into<&KeepaliveOptions::idle_total>},
    {{"idle_timeout", "an idle connection is closed after this time; 0: never", "60s",
      duration(0, kYear)},
     into<&KeepaliveOptions::idle_timeout>},
    {{"max_age", "an older connection is not used again; 0: no bound", "10m", duration(0, kYear)},
     into<&KeepaliveOptions::max_age>},
    {{"max_requests", "a connection is closed after so many requests", "10000",
      integer(1, 1'000'000'000)},
     into<&KeepaliveOptions::max_requests>},
};

constexpr Key<UpstreamTimeouts> kTimeoutKeys[] = {
    {{"connect", "to open a connection; 0: no bound", "3s", duration(0, kYear)},
     into<&UpstreamTimeouts::connect>},
    {{"first_byte", "from the end of the request to the first byte of the answer; 0: no bound",
      "60s", duration(0, kYear)},
     into<&UpstreamTimeouts::first_byte>},
    {{"read", "between two advances of the answer; 0: no bound", "60s", duration(0, kYear)},
     into<&UpstreamTimeouts::read>},
    {{"write", "between two advances of the request; 0: no bound", "60s", duration(0, kYear)},
     into<&UpstreamTimeouts::write>},
};

// In the order of OnDown.
constexpr std::string_view kOnDown[] = {"keep", "close_tunnels"};
constexpr std::string_view kWhenDown[] = {"fail", "panic"};

constexpr Shape kEndpoint = section(endpoint_section);

constexpr Key<PoolOptions> kUpstreamKeys[] = {
    {{"endpoints", "the backends: addresses, or maps for more", "",
      list("a list of addresses, each as \"10.0.0.1:8080\" or {address: \"10.0.0.1:8080\", "
           "weight: 2}",
           kEndpoint, 1),
      Trait::kRequired},
     read_endpoints},
    {{"balance", "how an endpoint is chosen for a request", "round_robin",
      any_of("round_robin, least_conn, p2c, ip_hash or a map such as {hash: \"$uri\"}",
             kBalanceShapes)},
     read_balance},
    {{"on_down", "what becomes of the tunnels of an endpoint that goes down", "keep",
      choice(kOnDown)},
     into<&PoolOptions::on_down>},
    {{"health_check", "probes of the endpoints; absent: none are sent", "null",
      section(health_check_section)},
     read_health_check},
    {{"when_down",
      "while health checks find no endpoint up: fail, an answer 503 with Retry-After, or panic, "
      "requests are spread over all",
      "fail", choice(kWhenDown)},
     into<&PoolOptions::when_down>},
    {{"max_fails", "failures within fail_timeout that put an endpoint aside; 0: never", "3",
      integer(0, 1'000'000)},
     into<&PoolOptions::max_fails>},
    {{"fail_timeout", "the time in which failures count, and for which an endpoint is put aside",
      "10s", duration(1, kYear)},
     into<&PoolOptions::fail_timeout>},
    {{"retry", "when and how often a request is tried on another endpoint", "",
      section(retry_section)},
     read_retry},
    {{"queue", "where requests wait while each endpoint has max_conns under way", "",
      section(queue_section)},
     part<&PoolOptions::queue, kQueueKeys>},
    {{"keepalive", "idle connections to the endpoints", "", section(keepalive_section)},
     part<&PoolOptions::keepalive, kKeepaliveKeys>},
    {{"timeouts", "deadlines toward the endpoints", "", section(upstream_timeouts_section)},
     part<&PoolOptions::timeouts, kTimeoutKeys>},
};

// One entry of upstreams: a map of keys, or only its endpoints.
PoolOptions read_upstream(Scope& scope, const Node& name, const Node& node) {
  PoolOptions pool;
  pool.name = name.text;
  Scope inside = scope.inside("upstream " + quoted(name.text));
  if (!node.is(Node::Kind::kMap)) {
    KeyInfo key = kUpstreamKeys[0].info;
    key.name = name.text;
    read_endpoints(inside, key, node, pool);
    return pool;
  }
  read_map(inside, node, kUpstreamKeys, pool);
  if (node.find("endpoints") == nullptr) {
    scope.error(name.place,
                "upstream " + quoted(name.text) +
                    " has no 'endpoints'; write for example endpoints: [\"10.0.0.1:8080\"]");
  }
  return pool;
}

}  // namespace

Section upstream_section() {
  return {.name = "upstream", .keys = infos_of(kUpstreamKeys), .bare = "endpoints"};
}
Section endpoint_section() {
  return {.name = "endpoint", .keys = infos_of(kEndpointKeys), .bare = "address"};
}
Section queue_section() { return {.name = "queue", .keys = infos_of(kQueueKeys)}; }
Section keepalive_section() { return {.name = "keepalive", .keys = infos_of(kKeepaliveKeys)}; }
Section upstream_timeouts_section() {
  return {.name = "upstream_timeouts", .keys = infos_of(kTimeoutKeys)};
}

void read_upstreams(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  if (!expect_map(scope, key.name, wants_text(key.shape), node)) return;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& name = node.keys[i];
    draft.upstream_places.emplace(name.text, name.place);
    auto fault = upstream_name_fault(name.text);
    if (!fault.empty()) scope.error(name.place, std::move(fault));
    draft.config.upstreams.push_back(read_upstream(scope, name, node.items[i]));
  }
}

}  // namespace weir::config
