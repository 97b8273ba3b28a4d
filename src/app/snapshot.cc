#include "app/snapshot.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <variant>

#include "cache/cache_handler.h"
#include "cache/purge_handler.h"
#include "observe/log_format.h"
#include "proxy/proxy_handler.h"
#include "respond/fixed_answer.h"
#include "respond/redirect.h"
#include "routing/route_match.h"

namespace weir::app {

namespace {

bool forwards(const config::RouteConfig& route) {
  return std::holds_alternative<config::UpstreamAction>(route.action) ||
         std::holds_alternative<routing::SplitOptions>(route.action);
}

// What a target is found again by over a reload.
std::string key_of(std::string_view route, std::string_view pool) {
  return std::string(route).append("\n").append(pool);
}

}  // namespace

base::Result<routing::Router> make_router(const config::Config& config) {
  std::vector<routing::RouteMatch> matches;
  for (const config::RouteConfig& route : config.routes) {
    auto match = routing::parse_match(route.match, matches.size(), forwards(route));
    if (!match) return base::Error{"route '" + route.match.name + "': " + match.error().text};
    matches.push_back(std::move(match.value()));
  }
  return routing::Router::build(std::move(matches));
}

base::Result<base::SharedRef<Snapshot>> Snapshot::build(config::Config config,
                                                        std::vector<SharedPool> pools,
                                                        unsigned workers, const Snapshot* before) {
  auto snapshot = base::make_shared_ref<Snapshot>();
  snapshot->config_ = std::move(config);
  auto router = make_router(snapshot->config_);
  if (!router) return router.error();
  snapshot->router_ = std::make_unique<routing::Router>(std::move(router.value()));
  if (auto done = snapshot->build_rewrites(); !done) return done.error();
  snapshot->pools_ = std::move(pools);
  snapshot->build_targets(workers, before);
  snapshot->build_zones(workers, before);
  if (auto done = snapshot->build_caches(); !done) return done.error();
  if (auto done = snapshot->build_log(); !done) return done.error();
  snapshot->build_error_pages();
  return snapshot;
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

void Snapshot::build_targets(unsigned workers, const Snapshot* before) {
  using Observed = base::SharedRef<server::ObservedRoute>;
  // By route and pool, and the first of each route by its name alone.
  std::unordered_map<std::string, Observed> known;
  Observed none;
  if (before != nullptr) {
    none = before->targets_.back().observed;
    for (auto target = before->targets_.begin(); target->observed.get() != none.get(); ++target) {
      known.emplace(key_of(target->observed->name(), target->pool), target->observed);
      known.emplace(target->observed->name(), target->observed);
    }
  } else {
    none = base::make_shared_ref<server::ObservedRoute>("none", workers);
  }
  auto add = [&](const std::string& name, std::string_view pool, bool is_share) {
    auto same = known.find(key_of(name, pool));
    // A route that goes elsewhere now is still the same route; a share is its upstream's.
    if (same == known.end() && !is_share) same = known.find(name);
    targets_.push_back({pool, same != known.end()
                                  ? same->second
                                  : base::make_shared_ref<server::ObservedRoute>(name, workers)});
  };
  for (const auto& route : config_.routes) {
    splits_.emplace_back();
    if (const auto* split = std::get_if<routing::SplitOptions>(&route.action)) {
      splits_.back() = std::make_unique<const routing::Split>(*split);
      for (const auto& share : split->shares) add(route.match.name, share.upstream, true);
    } else {
      const auto* to = std::get_if<config::UpstreamAction>(&route.action);
      add(route.match.name, to == nullptr ? std::string_view() : to->upstream, false);
    }
  }
  targets_.push_back({{}, std::move(none)});
}

// A zone of the same name goes on; its store too, where it can keep the new bounds.
void Snapshot::build_zones(unsigned workers, const Snapshot* before) {
  for (const config::CacheZone& zone : config_.zones) {
    SharedZone made{zone.name, zone.store, {}, {}, {}};
    const SharedZone* same = before == nullptr ? nullptr : before->zone(zone.name);
    if (same != nullptr) made.observed = same->observed;
    if (same != nullptr && same->store->can_resize(made.options)) {
      made.store = same->store;
      made.fills = same->fills;
    }
    if (!made.observed) made.observed = base::make_shared_ref<ObservedZone>(zone.name, workers);
    if (!made.store) {
      made.store = base::make_shared_ref<cache::Store>(made.options);
      made.fills = base::make_shared_ref<cache::Fills>(*made.store, cache::limits_of(made.options));
    }
    zones_.push_back(std::move(made));
  }
}

const SharedZone* Snapshot::zone(std::string_view name) const {
  auto found = std::find_if(zones_.begin(), zones_.end(),
                            [name](const SharedZone& zone) { return zone.name == name; });
  return found == zones_.end() ? nullptr : &*found;
}

base::Result<base::Done> Snapshot::build_caches() {
  for (const config::RouteConfig& route : config_.routes) {
    caches_.emplace_back();
    if (!route.caching) continue;
    auto compiled = cache::CompiledCache::compile(*route.caching);
    if (!compiled) return base::Error{"route '" + route.match.name + "': " + compiled.error().text};
    caches_.back() = std::make_unique<const cache::CompiledCache>(std::move(compiled.value()));
  }
  return base::Done{};
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

// Routes without pages of their own share those of all.
void Snapshot::build_error_pages() {
  using Pages = std::shared_ptr<const server::ErrorPages>;
  const auto& common = config_.error_pages;
  Pages shared;
  if (!common.empty())
    shared = std::make_shared<const server::ErrorPages>(std::vector<server::ErrorPage>(), common,
                                                        std::vector<server::StatusRange>());
  for (const config::RouteConfig& route : config_.routes) {
    bool own = !route.error_pages.empty() || !route.intercept.empty();
    error_pages_.push_back(
        own ? std::make_shared<const server::ErrorPages>(route.error_pages, common, route.intercept)
            : shared);
  }
  error_pages_.push_back(shared);
}

std::size_t Snapshot::pool_index(std::string_view name) const {
  std::size_t i = 0;
  while (i + 1 < pools_.size() && pools_[i].options.name != name) ++i;
  return i;
}

std::unique_ptr<http::Handler> Snapshot::make_handler(
    std::size_t route, const SharedTarget& target,
    const std::vector<base::Ref<upstream::Pool>>& pools, net::Turns& turns, net::Wheel& wheel,
    unsigned worker, const FillPlace* fills) const {
  const config::RouteConfig& config = config_.routes[route];
  if (const auto* fixed = std::get_if<respond::FixedOptions>(&config.action)) {
    return std::make_unique<respond::FixedAnswer>(*fixed);
  }
  if (const auto* redirect = std::get_if<respond::RedirectOptions>(&config.action)) {
    return std::make_unique<respond::Redirect>(*redirect);
  }
  auto proxy = make_proxy(route, target, pools, turns, wheel);
  if (!config.caching) return proxy;
  const SharedZone& zone = *this->zone(config.caching->zone);
  const cache::CompiledCache& plan = *caches_[route];
  auto cached = std::make_unique<cache::CacheHandler>(std::move(proxy), plan, *zone.store,
                                                      zone.observed->stats(worker), turns);
  if (fills != nullptr) {
    cached->share(*zone.fills, fills->worker, fills->pin, config_.limits.buffer_per_stream);
  }
  if (config.caching->purge_from.empty()) return cached;
  return std::make_unique<cache::PurgeHandler>(std::move(cached), plan, *zone.store);
}

std::unique_ptr<http::Handler> Snapshot::make_proxy(
    std::size_t route, const SharedTarget& target,
    const std::vector<base::Ref<upstream::Pool>>& pools, net::Turns& turns,
    net::Wheel& wheel) const {
  const config::RouteConfig& config = config_.routes[route];
  proxy::ProxyOptions options;
  options.timeout = config.timeout;
  const config::ForwardConfig& forward = config.forward;
  options.host_header = forward.host_header;
  options.rewrite = rewrites_[route] ? &*rewrites_[route] : nullptr;
  options.request_edits = forward.request_edits.empty() ? nullptr : &forward.request_edits;
  options.map_location = forward.proxy_redirect;
  options.forwarded = forward.forwarded;
  const server::Limits& limits = config_.limits;
  std::size_t pool = pool_index(target.pool);
  return std::make_unique<proxy::ProxyHandler>(
      *pools[pool], pools_[pool].options, options, turns, wheel,
      http::HeadLimits{limits.header_size, limits.headers, limits.uri});
}

}  // namespace weir::app
