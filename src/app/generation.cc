#include "app/generation.h"

#include <algorithm>
#include <utility>

namespace weir::app {

Generation::Generation(base::SharedRef<const Snapshot> snapshot, const WorkerParts& parts,
                       const Generation* before)
    : snapshot_(std::move(snapshot)) {
  const config::Config& config = snapshot_->config();
  limits = config.limits;
  // Each worker takes its share, rounded up.
  limits.connections = (config.limits.connections + parts.workers - 1) / parts.workers;
  timeouts = config.timeouts;
  half_close = config.half_close;
  trusted_proxies = config.trusted_proxies;
  router = &snapshot_->router();
  stats = &parts.stats;
  log = &parts.failure_log;
  log_needs = snapshot_->log_needs();
  take_pools(parts, before);
  make_routes(parts);
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
  const config::Config& config = snapshot_->config();
  for (std::size_t i = 0; i < config.routes.size(); ++i) {
    handlers_.push_back(snapshot_->make_handler(i, pools_, parts.turns, parts.wheel));
    std::uint64_t max_body = config.routes[i].max_body;
    const http::FieldEdits& edits = config.routes[i].forward.response_edits;
    routes.push_back({config.routes[i].match.name, snapshot_->pool_name(i), handlers_.back().get(),
                      &snapshot_->routes()[i]->stats(parts.number),
                      max_body == 0 ? config.limits.body : max_body, config.routes[i].upgrade,
                      edits.empty() ? nullptr : &edits, log_of(i, parts)});
  }
  no_route = {"none", "", nullptr, &snapshot_->routes().back()->stats(parts.number),
              config.limits.body};
  if (config.access_log.enabled) no_route.log = &parts.access_log;
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
