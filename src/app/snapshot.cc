#include "app/snapshot.h"

#include <unordered_map>
#include <utility>
#include <variant>

#include "observe/log_format.h"
#include "proxy/proxy_handler.h"
#include "respond/fixed_answer.h"
#include "respond/redirect.h"
#include "routing/route_match.h"

namespace weir::app {

base::Result<base::SharedRef<Snapshot>> Snapshot::build(config::Config config,
                                                        std::vector<SharedPool> pools,
                                                        unsigned workers, const Snapshot* before) {
  auto snapshot = base::make_shared_ref<Snapshot>();
  snapshot->config_ = std::move(config);
  if (auto done = snapshot->build_router(); !done) return done.error();
  if (auto done = snapshot->build_rewrites(); !done) return done.error();
  snapshot->pools_ = std::move(pools);
  snapshot->build_routes(workers, before);
  if (auto done = snapshot->build_log(); !done) return done.error();
  return snapshot;
}

base::Result<base::Done> Snapshot::build_router() {
  std::vector<routing::RouteMatch> matches;
  const auto& routes = config_.routes;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    bool forwards = std::holds_alternative<config::UpstreamAction>(routes[i].action);
    auto match = routing::parse_match(routes[i].match, i, forwards);
    if (!match) return base::Error{"route '" + routes[i].match.name + "': " + match.error().text};
    matches.push_back(std::move(match.value()));
  }
  auto router = routing::Router::build(std::move(matches));
  if (!router) return router.error();
  router_ = std::make_unique<routing::Router>(std::move(router.value()));
  return base::Done{};
}

base::Result<base::Done> Snapshot::build_rewrites() {
  for (const config::RouteConfig& route : config_.routes) {
    rewrites_.emplace_back();
    if (route.forward.rewrite == http::RewriteOptions{}) continue;
    auto rewrite = http::PathRewrite::compile(route.forward.rewrite);
    if (!rewrite) return base::Error{"route '" + route.match.name + "': " + rewrite.error().text};
    rewrites_.back() = std::move(rewrite.value());
  }
  return base::Done{};
}

void Snapshot::build_routes(unsigned workers, const Snapshot* before) {
  std::unordered_map<std::string_view, base::SharedRef<server::ObservedRoute>> known;
  if (before != nullptr) {
    for (const auto& route : before->routes_) known.emplace(route->name(), route);
  }
  auto add = [&](const std::string& name) {
    auto same = known.find(name);
    routes_.push_back(same != known.end()
                          ? same->second
                          : base::make_shared_ref<server::ObservedRoute>(name, workers));
  };
  for (const auto& route : config_.routes) add(route.match.name);
  add("none");
}

base::Result<base::Done> Snapshot::build_log() {
  if (config_.access_log.enabled) {
    auto format = observe::LogFormat::compile(config_.access_log.format);
    if (!format) return base::Error{"access_log: " + format.error().text};
    log_needs_ = format.value().needs();
  }
  for (const config::RouteConfig& route : config_.routes) {
    std::unique_ptr<const observe::LogCondition> condition;
    if (!route.access_log.condition.empty()) {
      auto compiled = observe::LogCondition::compile(route.access_log.condition);
      if (!compiled)
        return base::Error{"route '" + route.match.name + "': " + compiled.error().text};
      condition = std::make_unique<observe::LogCondition>(std::move(compiled.value()));
      log_needs_ = log_needs_ | condition->needs();
    }
    log_conditions_.push_back(std::move(condition));
  }
  return base::Done{};
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
    std::size_t route, const std::vector<base::Ref<upstream::Pool>>& pools, net::Turns& turns,
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
  const config::ForwardConfig& forward = config.forward;
  options.host_header = forward.host_header;
  options.rewrite = rewrites_[route] ? &*rewrites_[route] : nullptr;
  options.request_edits = forward.request_edits.empty() ? nullptr : &forward.request_edits;
  options.map_location = forward.proxy_redirect;
  options.forwarded = forward.forwarded;
  const server::Limits& limits = config_.limits;
  std::size_t pool = pool_index(to.upstream);
  return std::make_unique<proxy::ProxyHandler>(
      *pools[pool], pools_[pool].options, options, turns, wheel,
      http::HeadLimits{limits.header_size, limits.headers, limits.uri});
}

}  // namespace weir::app
