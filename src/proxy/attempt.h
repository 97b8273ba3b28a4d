#pragma once

#include "base/clock.h"
#include "base/ref.h"
#include "http/failure.h"
#include "net/stream_error.h"
#include "upstream/pool.h"

namespace weir::proxy {

// What the client is told of a try that failed so and was the last (DESIGN: Status).
// `error`: of a kLocal.
http::Failure failure_of(upstream::FailureKind kind,
                         net::StreamError error = net::StreamError::kOther);

// The books of one try: what it adds to the counters of its endpoint and pool, and to the
// endpoint's passive health. A plain value; the pool outlives it. One thread.
class Attempt {
 public:
  Attempt() = default;
  Attempt(upstream::Pool& pool, upstream::EndpointSlot& slot, base::Stamp now)
      : pool_(&pool), slot_(&slot), began_(now), sent_(now) {}

  [[nodiscard]] upstream::EndpointSlot& slot() const { return *slot_; }

  // The request's head was given to the connection.
  void count_sent(base::Stamp now) { sent_ = now; }
  // The first head of the answer is there, be it a 1xx; later ones are not counted.
  void count_first_byte(base::Stamp now) {
    if (answered_) return;
    answered_ = true;
    pool_->stats().first_byte.observe(now - sent_);
  }
  // The final head.
  void count_status(unsigned status) { slot_->stats.codes.add(status); }
  // The answer is whole.
  void count_whole(base::Stamp now) {
    slot_->stats.answers.add();
    slot_->stats.duration_ns.add(static_cast<std::uint64_t>(now - began_));
    pool_->stats().duration.observe(now - began_);
    slot_->endpoint->count_success();
  }
  // It failed. `blame`: that tells against the endpoint's health.
  void count_failure(upstream::FailureKind kind, base::Stamp now, bool blame);
  // Another try follows for this one, which failed by `kind`.
  void count_retry(upstream::FailureKind kind) {
    pool_->stats().retries[static_cast<std::size_t>(kind)].add();
  }

 private:
  upstream::Pool* pool_ = nullptr;
  base::Ref<upstream::EndpointSlot> slot_;  // its endpoint's text is in the record
  base::Stamp began_ = 0;
  base::Stamp sent_ = 0;
  bool answered_ = false;
};

}  // namespace weir::proxy
