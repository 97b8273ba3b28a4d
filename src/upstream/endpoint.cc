#include "upstream/endpoint.h"

#include <algorithm>
#include <utility>

namespace weir::upstream {

namespace {
constexpr auto kRelaxed = std::memory_order_relaxed;
}

Endpoint::Endpoint(base::SharedRef<ObservedPool> pool, net::SocketAddress socket_address,
                   std::string text)
    : pool_(std::move(pool)),
      socket_address_(socket_address),
      text_(std::move(text)),
      stats_(pool_->workers()) {}

void Endpoint::set_health(Health health) {
  if (health_.exchange(health, kRelaxed) != health) pool_->count_change();
}

// As nginx's ngx_http_upstream_get_peer: where the last check is fail_timeout old, this try is the
// next check.
void Endpoint::begin_check(base::Stamp now, base::Duration fail_timeout) {
  base::Stamp timeout = base::after(0, fail_timeout);
  if (fail_timeout.count() == 0 || now - checked_at_.load(kRelaxed) < timeout) return;
  checked_at_.store(now, kRelaxed);
  base::Stamp asked = asked_until_.load(kRelaxed);
  if (ejected_until_.load(kRelaxed) <= asked) return;
  ejected_until_.store(std::max(now + timeout, asked), kRelaxed);
  pool_->count_change();
}

// As nginx's ngx_http_upstream_free_round_robin_peer.
bool Endpoint::count_failure(base::Stamp now, const PoolOptions& options, bool may_eject) {
  if (options.max_fails == 0 || options.fail_timeout.count() == 0) return false;
  std::uint32_t fails = fails_.fetch_add(1, kRelaxed) + 1;
  failed_at_.store(now, kRelaxed);
  checked_at_.store(now, kRelaxed);
  if (fails < options.max_fails || !may_eject) return false;
  // No sooner than it asked for, where fail_timeout was longer then.
  base::Stamp until = std::max(base::after(now, options.fail_timeout), asked_until_.load(kRelaxed));
  bool came = ejected_until_.exchange(until, kRelaxed) <= now;
  if (came) ejected_at_.store(now, kRelaxed);
  pool_->count_change();
  return came;
}

void Endpoint::forget_failures() {
  if (failed_at_.load(kRelaxed) >= checked_at_.load(kRelaxed)) return;
  forgive();
}

void Endpoint::put_aside(base::Stamp now, base::Stamp until) {
  if (asked_until_.load(kRelaxed) < until) asked_until_.store(until, kRelaxed);
  base::Stamp before = ejected_until_.load(kRelaxed);
  do {
    if (before >= until) return;
  } while (!ejected_until_.compare_exchange_weak(before, until, kRelaxed));
  if (before <= now) ejected_at_.store(now, kRelaxed);
  pool_->count_change();
}

void Endpoint::forgive() {
  fails_.store(0, kRelaxed);
  base::Stamp asked = asked_until_.load(kRelaxed);
  if (ejected_until_.exchange(asked, kRelaxed) != asked) pool_->count_change();
}

void Endpoint::readmit() {
  asked_until_.store(0, kRelaxed);
  forgive();
}

bool Endpoint::try_enter(std::uint32_t most) {
  if (most == 0) {
    enter();
    return true;
  }
  std::uint32_t load = load_.load();
  do {
    if (load >= most) return false;
  } while (!load_.compare_exchange_weak(load, load + 1));
  return true;
}

}  // namespace weir::upstream
