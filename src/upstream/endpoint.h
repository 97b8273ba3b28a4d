#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <string>

#include "base/clock.h"
#include "base/ref.h"
#include "net/address.h"
#include "upstream/observed_pool.h"
#include "upstream/options.h"
#include "upstream/stats.h"

namespace weir::upstream {

// What active health checks know of an endpoint.
enum class Health : std::uint8_t {
  kUp,         // the default; also of pools without health checks
  kUnchecked,  // no probe has ended yet: picked only while the pool has no endpoint known good
  kDown,       // probes failed: not picked
};

// A backend as all workers observe it: where it is, whether it is put aside (passive health, as
// nginx's max_fails and fail_timeout), what its probes say, and what was counted. What is
// configured of it stands in the EndpointSet, so that all of this outlives a reload. Immutable but
// for atomics. Two workers that count a failure at once may lose a count: it is a hint, not a
// ledger. Any thread.
class Endpoint : public base::Shared {
 public:
  // `text` is its name in logs and metrics: the address as configured, or the IP where a name had
  // several.
  Endpoint(base::SharedRef<ObservedPool> pool, net::SocketAddress socket_address, std::string text);

  [[nodiscard]] ObservedPool& pool() const { return *pool_; }
  [[nodiscard]] const net::SocketAddress& socket_address() const { return socket_address_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  // What a worker counts: written by that worker, read by any thread; never moves.
  EndpointStats& stats(unsigned worker) { return stats_[worker]; }
  [[nodiscard]] const EndpointStats& stats(unsigned worker) const { return stats_[worker]; }

  [[nodiscard]] Health health() const { return health_.load(std::memory_order_relaxed); }
  // A probe's verdict, from the control thread.
  void set_health(Health health);

  // Put aside at `now`.
  [[nodiscard]] bool ejected(base::Stamp now) const { return now < ejected_until(); }
  // 0: not put aside.
  [[nodiscard]] base::Stamp ejected_until() const {
    return ejected_until_.load(std::memory_order_relaxed);
  }
  // It is about to be tried. The first one to try it after fail_timeout keeps it put aside for the
  // others until its try is counted.
  void begin_try(base::Stamp now, base::Duration fail_timeout) {
    if (fails_.load(std::memory_order_relaxed) != 0) begin_check(now, fail_timeout);
  }
  // A try failed. True when this one puts the endpoint aside for fail_timeout: max_fails of them,
  // with no success between that came fail_timeout after a failure. `may_eject` false counts it
  // without that effect.
  bool count_failure(base::Stamp now, const PoolOptions& options, bool may_eject = true);
  // A try failed so, by the endpoint's fault, whether or not that counts: for who asks what is
  // wrong with it.
  void note_failure(FailureKind kind, base::Stamp now) {
    last_failure_.store(kind, std::memory_order_relaxed);
    last_failure_at_.store(now, std::memory_order_relaxed);
  }
  // kCount: none yet.
  [[nodiscard]] FailureKind last_failure() const {
    return last_failure_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] base::Stamp last_failure_at() const {
    return last_failure_at_.load(std::memory_order_relaxed);
  }
  // A try went well: forgets the failures, when it is known from a try after fail_timeout.
  void count_success() {
    if (fails_.load(std::memory_order_relaxed) != 0) forget_failures();
  }
  // It asked for it: nobody picks it before `until`, however well its tries and probes go. Where it
  // is put aside for longer already, nothing changes.
  void put_aside(base::Stamp now, base::Stamp until);
  // Of one that is put aside: because it asked for it, and not for failures.
  [[nodiscard]] bool asked_for_it() const {
    return ejected_until() <= asked_until_.load(std::memory_order_relaxed);
  }
  // Of one that is put aside: since when; single tries between that failed are part of it.
  [[nodiscard]] base::Stamp ejected_at() const {
    return ejected_at_.load(std::memory_order_relaxed);
  }
  // Its probes find it well: what its requests met before is forgotten, and it is put aside only
  // where it asked for it.
  void forgive();
  // It has been down and is up again: that, too, is forgotten.
  void readmit();

  // Leases out over all workers; counted only where the pool needs it (Pool::counts_load).
  [[nodiscard]] std::uint32_t load() const { return load_.load(std::memory_order_relaxed); }
  // One more.
  void enter() { load_.fetch_add(1, std::memory_order_relaxed); }
  // One more unless there are `most`, exactly over all workers; 0: no bound. False: there are.
  // This, has() and leave() are in one order with those who wait for a place (WaitBoard): who
  // leaves sees that somebody waits, or who begins to wait sees the place.
  bool try_enter(std::uint32_t most);
  // There are `most` or more.
  [[nodiscard]] bool has(std::uint32_t most) const { return load_.load() >= most; }
  void leave() { load_.fetch_sub(1); }

 private:
  void begin_check(base::Stamp now, base::Duration fail_timeout);
  void forget_failures();

  const base::SharedRef<ObservedPool> pool_;
  const net::SocketAddress socket_address_;
  const std::string text_;
  std::deque<EndpointStats> stats_;  // by worker
  alignas(64) std::atomic<base::Stamp> ejected_until_{0};
  std::atomic<base::Stamp> asked_until_{0};  // later than that, it is put aside for failures
  std::atomic<base::Stamp> ejected_at_{0};
  std::atomic<base::Stamp> failed_at_{0};
  std::atomic<base::Stamp> checked_at_{
      0};  // of the last failure, or the first try after fail_timeout
  std::atomic<base::Stamp> last_failure_at_{0};
  std::atomic<FailureKind> last_failure_{FailureKind::kCount};
  std::atomic<std::uint32_t> fails_{0};
  std::atomic<Health> health_{Health::kUp};
  alignas(64) std::atomic<std::uint32_t> load_{0};
};

}  // namespace weir::upstream
