// The part of ProxyWork that gets it an endpoint: it picks one, or waits for one that has a place.

#include <algorithm>
#include <utility>

#include "proxy/balance_key.h"
#include "proxy/proxy_handler.h"
#include "proxy/proxy_work.h"
#include "upstream/connections.h"
#include "upstream/pool.h"

namespace weir::proxy {

using http::Failure;
using http::Phase;
using http::Reason;

namespace {

// When an endpoint may be there again: those put aside come back after fail_timeout.
unsigned retry_after_s(const upstream::PoolOptions& options) {
  auto seconds = (options.fail_timeout.count() + 999) / 1000;
  return static_cast<unsigned>(std::clamp<std::int64_t>(seconds, 1, 3600));
}

Failure nobody(const upstream::PoolOptions& options) {
  return {503, Reason::kNoEndpoint, retry_after_s(options), {}};
}

}  // namespace

upstream::Pick ProxyWork::pick_endpoint() {
  return pool_.pick(tried_, now(), balance_key(options_.balance, *request_));
}

void ProxyWork::pick() {
  if (pool_.others_wait()) return wait();
  upstream::Pick picked = pick_endpoint();
  if (picked.slot != nullptr) return lease(*picked.slot, std::move(picked.place), fresh_);
  if (picked.full) return wait();
  refuse(nobody(pool_.options()));
}

void ProxyWork::wait() {
  pool_.stats().picks_full.add();
  if (pool_.options().queue.size == 0) return refuse({503, Reason::kEndpointsFull, 1, {}});
  if (!pool_.queue().add(*this)) {
    pool_.stats().queue_full.add();
    return refuse({503, Reason::kQueueFull, 1, {}});
  }
  deadlines_.set(Wait::kProgress, base::after(now(), options_.queue.timeout));
  act(machine_.on_queued());
}

bool ProxyWork::on_place() {
  upstream::Pick picked = pick_endpoint();
  if (picked.full) return false;
  Waiter::leave();
  deadlines_.clear(Wait::kProgress);
  if (picked.slot != nullptr) {
    lease(*picked.slot, std::move(picked.place), fresh_);
  } else {
    refuse(nobody(pool_.options()));
  }
  return true;
}

void ProxyWork::on_queue_overdue() {
  if (failure_.status == 0) request_->record.timed_out = Phase::kUpstreamQueue;
  refuse({503, Reason::kQueueTimeout, 1, {}});
}

void ProxyWork::refuse(const Failure& failure) {
  if (failure_.status == 0) failure_ = failure;
  act(machine_.on_no_endpoint());
}

void ProxyWork::lease(upstream::EndpointSlot& slot, upstream::Place place, bool fresh) {
  base::Stamp at = now();
  request_->record.begin_try(slot.endpoint->text(), at, *request_->arena);
  attempt_ = Attempt(pool_, slot, at);
  upstream::Connections& connections = pool_.connections();
  if (!fresh) lease_ = connections.try_acquire(slot);
  if (!lease_) lease_ = connections.connect(slot);
  lease_.carry(std::move(place));
  lease_->begin(request_->head.method, *request_->arena, handler_.answers(), *this,
                !request_->upgrade.empty());
  watch_try();
  bool connected = lease_->connected();
  if (connected) {
    request_->record.last_try.connected = at;
  } else {
    deadlines_.set(Wait::kProgress, base::after(at, options_.timeouts.connect));
  }
  act(machine_.on_leased(connected));
}

}  // namespace weir::proxy
