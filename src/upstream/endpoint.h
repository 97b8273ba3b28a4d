#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/ref.h"
#include "net/address.h"
#include "upstream/options.h"

namespace weir::upstream {

// A backend as all workers see it: where it is, and whether it is put aside (passive health, as
// nginx's max_fails and fail_timeout). Immutable but for one cache line of atomics. Two workers
// that count at once may lose a count: it is a hint, not a ledger. Any thread.
class Endpoint : public base::Shared {
 public:
  // `text` is its name in logs and metrics: the address as configured, or the IP where a name had
  // several.
  Endpoint(EndpointOptions options, net::SocketAddress socket_address, std::string text,
           unsigned max_fails, base::Duration fail_timeout);

  [[nodiscard]] const EndpointOptions& options() const { return options_; }
  [[nodiscard]] const net::SocketAddress& socket_address() const { return socket_address_; }
  [[nodiscard]] const std::string& text() const { return text_; }

  // May be picked at `now`: not configured down and not put aside.
  [[nodiscard]] bool available(base::Stamp now) const {
    return !options_.down && now >= ejected_until_.load(std::memory_order_relaxed);
  }
  // Put aside at `now`.
  [[nodiscard]] bool ejected(base::Stamp now) const {
    return now < ejected_until_.load(std::memory_order_relaxed);
  }
  // It is about to be tried. The first one to try it after fail_timeout keeps it put aside for the
  // others until its try is counted.
  void begin_try(base::Stamp now) {
    if (fails_.load(std::memory_order_relaxed) != 0) begin_check(now);
  }
  // A try failed. True when this one puts the endpoint aside for fail_timeout: max_fails of them,
  // with no success between that came fail_timeout after a failure. `may_eject` false counts it
  // without that effect.
  bool count_failure(base::Stamp now, bool may_eject = true);
  // A try went well: forgets the failures, when it is known from a try after fail_timeout.
  void count_success() {
    if (fails_.load(std::memory_order_relaxed) != 0) forget_failures();
  }

 private:
  void begin_check(base::Stamp now);
  void forget_failures();

  EndpointOptions options_;
  net::SocketAddress socket_address_;
  std::string text_;
  unsigned max_fails_;
  base::Duration fail_timeout_;
  alignas(64) std::atomic<base::Stamp> ejected_until_{0};
  std::atomic<base::Stamp> failed_at_{0};
  std::atomic<base::Stamp> checked_at_{
      0};  // of the last failure, or the first try after fail_timeout
  std::atomic<std::uint32_t> fails_{0};
};

}  // namespace weir::upstream
