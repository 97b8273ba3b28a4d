#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/ref.h"
#include "net/address.h"
#include "upstream/options.h"

namespace weir::upstream {

// A backend as all workers see it: where it is, and whether it is put aside (passive health, as nginx's max_fails
// and fail_timeout). Immutable but for one cache line of atomics. Any thread.
class Endpoint : public base::Shared {
 public:
  // `text` is its name in logs and metrics: the address as configured, or the IP where a name had several.
  Endpoint(EndpointOptions options, net::SocketAddress socket_address, std::string text, unsigned max_fails,
           base::Duration fail_timeout);

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
  // A try failed. True when this one puts the endpoint aside for fail_timeout: max_fails of them within it.
  bool count_failure(base::Stamp now);
  // A try went well: forgets the failures, once its fail_timeout has passed.
  void count_success();

 private:
  EndpointOptions options_;
  net::SocketAddress socket_address_;
  std::string text_;
  unsigned max_fails_;
  base::Duration fail_timeout_;
  alignas(64) std::atomic<base::Stamp> ejected_until_{0};
  std::atomic<base::Stamp> window_start_{0};
  std::atomic<std::uint32_t> fails_{0};
};

}  // namespace weir::upstream
