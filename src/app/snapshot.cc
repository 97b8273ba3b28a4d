#include "app/snapshot.h"

#include <utility>
#include <variant>

#include "proxy/proxy_handler.h"
#include "respond/fixed_answer.h"
#include "respond/redirect.h"
#include "routing/route_match.h"

namespace weir::app {

namespace {

// A name with several addresses is as many endpoints, each named by its address.
base::Result<std::vector<base::SharedRef<upstream::Endpoint>>> resolve(
    const upstream::PoolOptions& pool) {
  std::vector<base::SharedRef<upstream::Endpoint>> endpoints;
  for (const auto& options : pool.endpoints) {
    auto addresses = net::resolve(options.address);
    if (!addresses) return base::Error{"upstream '" + pool.name + "': " + addresses.error().text};
    for (const auto& at : addresses.value()) {
      std::string text = net::to_text(options.address);
      if (addresses.value().size() > 1)
        text = net::to_text({net::ip_text(at), net::port_of(at), false});
      endpoints.push_back(base::make_shared_ref<upstream::Endpoint>(
          options, at, std::move(text), pool.max_fails, pool.fail_timeout));
    }
  }
  return endpoints;
}

}  // namespace

base::Result<std::unique_ptr<Snapshot>> Snapshot::build(config::Config config) {
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
    auto endpoints = resolve(pool);
    if (!endpoints) return endpoints.error();
    snapshot->pools_.push_back({pool, std::move(endpoints.value())});
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
