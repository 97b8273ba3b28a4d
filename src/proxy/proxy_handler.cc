#include "proxy/proxy_handler.h"

#include <utility>

#include "proxy/proxy_work.h"

namespace weir::proxy {

ProxyHandler::ProxyHandler(upstream::Pool& pool, const upstream::PoolOptions& pool_options,
                           ProxyOptions options, net::Turns& turns, net::Wheel& wheel,
                           const http::HeadLimits& answers)
    : pool_(pool),
      pool_options_(pool_options),
      options_(std::move(options)),
      turns_(turns),
      wheel_(wheel),
      answers_(answers),
      random_(std::random_device{}()),
      kept_bodies_(static_cast<std::size_t>(pool_options.retry.replay_body), turns),
      free_(kKeep) {}

ProxyHandler::~ProxyHandler() = default;

http::WorkPtr ProxyHandler::take(http::Request& request, http::Responder& responder) {
  auto work = free_.take(*this);
  work->start(request, responder);
  return http::WorkPtr(work.release());
}

base::Duration ProxyHandler::backoff() {
  auto whole = pool_options_.retry.backoff.count();
  std::uniform_int_distribution<base::Duration::rep> jitter(whole - whole / 2, whole + whole / 2);
  return base::Duration(jitter(random_));
}

void ProxyHandler::ease() {
  free_.clear();
  kept_bodies_.ease();
}

void ProxyHandler::recycle(std::unique_ptr<ProxyWork> work) { free_.give_back(std::move(work)); }

}  // namespace weir::proxy
