#include "app/snapshot.h"

#include <utility>
#include <variant>

#include "proxy/proxy_handler.h"
#include "respond/fixed_answer.h"
#include "respond/redirect.h"
#include "routing/route_match.h"

namespace weir::app {

namespace {

base::Result<SharedPool> share(const upstream::PoolOptions& options, unsigned workers) {
  std::vector<upstream::Resolved> resolved;
  for (const auto& endpoint : options.endpoints) {
    auto addresses = net::resolve(endpoint.address);
    if (!addresses)
      return base::Error{"upstream '" + options.name + "': " + addresses.error().text};
    resolved.push_back({endpoint, std::move(addresses.value())});
  }
  auto observed = base::make_shared_ref<upstream::ObservedPool>(options.name, workers);
  auto set = upstream::EndpointSet::build(observed, resolved, nullptr);
  return SharedPool{options, std::move(observed), std::move(set)};
}

}  // namespace

base::Result<std::unique_ptr<Snapshot>> Snapshot::build(config::Config config, unsigned workers) {
  std::unique_ptr<Snapshot> snapshot(new Snapshot());
  snapshot->config_ = std::move(config);
  std::vector<routing::RouteMatch> matches;
  const auto& routes = snapshot->config_.routes;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    bool forwards = std::holds_alternative<config::UpstreamAction>(routes[i].action);
    auto match = routing::parse_match(routes[i].match, i, forwards);
    if (!match) return base::Error{"route '" + routes[i].match.name + "': " + match.error().text};
    matches.push_back(std::move(match.value()));
  }
  auto router = routing::Router::build(std::move(matches));
  if (!router) return router.error();
  snapshot->router_ = std::make_unique<routing::Router>(std::move(router.value()));
  for (const auto& pool : snapshot->config_.upstreams) {
    auto shared = share(pool, workers);
    if (!shared) return shared.error();
    snapshot->pools_.push_back(std::move(shared.value()));
  }
  return snapshot;
}

std::size_t Snapshot::pool_index(const std::string& name) const {
  std::size_t i = 0;
  while (i + 1 < pools_.size() && pools_[i].options.name != name) ++i;
  return i;
}

std::string_view Snapshot::pool_name(std::size_t route) const {
  const auto* action = std::get_if<config::UpstreamAction>(&config_.routes[route].action);
  return action == nullptr ? std::string_view() : action->upstream;
}

std::unique_ptr<http::Handler> Snapshot::make_handler(
    std::size_t route, const std::vector<std::unique_ptr<upstream::Pool>>& pools, net::Turns& turns,
    net::Wheel& wheel) const {
  const config::RouteConfig& config = config_.routes[route];
  if (const auto* fixed = std::get_if<respond::FixedOptions>(&config.action)) {
    return std::make_unique<respond::FixedAnswer>(*fixed);
  }
  if (const auto* redirect = std::get_if<respond::RedirectOptions>(&config.action)) {
    return std::make_unique<respond::Redirect>(*redirect);
  }
  const auto& to = std::get<config::UpstreamAction>(config.action);
  proxy::ProxyOptions options;
  options.timeout = config.timeout;
  const server::Limits& limits = config_.limits;
  return std::make_unique<proxy::ProxyHandler>(
      *pools[pool_index(to.upstream)], options, turns, wheel,
      http::HeadLimits{limits.header_size, limits.headers, limits.uri});
}

}  // namespace weir::app
