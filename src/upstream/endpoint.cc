#include "upstream/endpoint.h"

#include <utility>

namespace weir::upstream {

namespace {
constexpr auto kRelaxed = std::memory_order_relaxed;
}

Endpoint::Endpoint(EndpointOptions options, net::SocketAddress socket_address, std::string text,
                   unsigned max_fails, base::Duration fail_timeout)
    : options_(std::move(options)),
      socket_address_(socket_address),
      text_(std::move(text)),
      max_fails_(max_fails),
      fail_timeout_(fail_timeout) {}

// As nginx's ngx_http_upstream_get_peer: where the last check is fail_timeout old, this try is the
// next check.
void Endpoint::begin_check(base::Stamp now) {
  base::Stamp timeout = base::after(0, fail_timeout_);
  if (fail_timeout_.count() == 0 || now - checked_at_.load(kRelaxed) < timeout) return;
  checked_at_.store(now, kRelaxed);
  if (ejected_until_.load(kRelaxed) != 0) ejected_until_.store(now + timeout, kRelaxed);
}

// As nginx's ngx_http_upstream_free_round_robin_peer.
bool Endpoint::count_failure(base::Stamp now, bool may_eject) {
  if (max_fails_ == 0 || fail_timeout_.count() == 0) return false;
  std::uint32_t fails = fails_.fetch_add(1, kRelaxed) + 1;
  failed_at_.store(now, kRelaxed);
  checked_at_.store(now, kRelaxed);
  if (fails < max_fails_ || !may_eject) return false;
  return ejected_until_.exchange(base::after(now, fail_timeout_), kRelaxed) <= now;
}

void Endpoint::forget_failures() {
  if (failed_at_.load(kRelaxed) >= checked_at_.load(kRelaxed)) return;
  fails_.store(0, kRelaxed);
  ejected_until_.store(0, kRelaxed);
}

}  // namespace weir::upstream
