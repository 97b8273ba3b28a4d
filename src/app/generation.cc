#include "app/generation.h"

#include <algorithm>
#include <utility>

namespace weir::app {

Generation::Generation(base::SharedRef<const Snapshot> snapshot, const WorkerParts& parts,
                       const Generation* before)
    : snapshot_(std::move(snapshot)) {
  const config::Config& config = snapshot_->config();
  limits = config.limits;
  timeouts = config.timeouts;
  half_close = config.half_close;
  proxy_status = config.proxy_status;
  trusted_proxies = config.trusted_proxies;
  router = &snapshot_->router();
  stats = &parts.stats;
  log = &parts.failure_log;
  log_needs = snapshot_->log_needs();
  take_pools(parts, before);
  make_routes(parts);
}

void Generation::ease() {
  for (const auto& handler : handlers_) handler->ease();
}

void Generation::take_pools(const WorkerParts& parts, const Generation* before) {
  base::Stamp now = parts.turns.now();
  for (const SharedPool& shared : snapshot_->pools()) {
    base::Ref<upstream::Pool> same;
    if (before != nullptr) {
      auto found = std::find_if(
          before->pools_.begin(), before->pools_.end(),
          [&](const auto& pool) { return &pool->observed() == shared.observed.get(); });
      if (found != before->pools_.end()) same = *found;
    }
    if (!same) {
      same = base::make_ref<upstream::Pool>(shared.observed, parts.number, shared.options,
                                            shared.set, parts.connections, now, &parts.mailbox);
    } else {
      same->configure(shared.options, now);
      same->apply(shared.set);
    }
    pools_.push_back(std::move(same));
  }
}

void Generation::make_routes(const WorkerParts& parts) {
  const SharedTarget* next = snapshot_->targets().data();
  for (std::size_t i = 0; i < snapshot_->config().routes.size(); ++i) {
    std::vector<server::RouteTarget> targets;
    server::ExchangeLog* route_log = log_of(i, parts);
    for (auto count = snapshot_->target_count(i); count > 0; --count, ++next) {
      targets.push_back(make_target(i, *next, parts));
      targets.back().log = route_log;
    }
    server::RouteTarget& route = routes.emplace_back(targets.front());
    route.split = snapshot_->split(i);
    if (route.split == nullptr) continue;
    branches_.push_back(std::move(targets));
    route.branches = branches_.back().data();
  }
  no_route = {"none", "", nullptr, &next->observed->stats(parts.number),
              snapshot_->config().limits.body};
  no_route.router = router;
  if (snapshot_->config().access_log.enabled) no_route.log = &parts.access_log;
  no_route.error_pages = snapshot_->error_pages(snapshot_->config().routes.size());
}

server::RouteTarget Generation::make_target(std::size_t route, const SharedTarget& shared,
                                            const WorkerParts& parts) {
  const config::RouteConfig& config = snapshot_->config().routes[route];
  FillPlace fills{parts.coalescer, this};
  handlers_.push_back(snapshot_->make_handler(route, shared, pools_, parts.turns, parts.wheel,
                                              parts.number, &fills));
  server::RouteTarget target;
  target.name = config.match.name;
  target.upstream = shared.pool;
  target.handler = handlers_.back().get();
  target.stats = &shared.observed->stats(parts.number);
  target.max_body = config.max_body == 0 ? limits.body : config.max_body;
  target.upgrade = config.upgrade;
  target.trace = config.trace;
  const http::FieldEdits& edits = config.forward.response_edits;
  target.response_edits = edits.empty() ? nullptr : &edits;
  target.error_pages = snapshot_->error_pages(route);
  return target;
}

server::ExchangeLog* Generation::log_of(std::size_t route, const WorkerParts& parts) {
  const config::Config& config = snapshot_->config();
  if (!config.access_log.enabled || !config.routes[route].access_log.enabled) return nullptr;
  const observe::LogCondition* condition = snapshot_->log_condition(route);
  if (condition == nullptr) return &parts.access_log;
  conditional_logs_.push_back(
      std::make_unique<observe::ConditionalLog>(*condition, parts.access_log));
  return conditional_logs_.back().get();
}

}  // namespace weir::app
