#pragma once

#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "http/handler.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "proxy/attempt.h"
#include "proxy/exchange_deadlines.h"
#include "proxy/exchange_machine.h"
#include "proxy/kept_body.h"
#include "proxy/tunnel.h"
#include "upstream/connection.h"
#include "upstream/stats.h"
#include "upstream/wait_queue.h"

namespace weir::proxy {

class ProxyHandler;

// One exchange being forwarded: carries out what its ExchangeMachine says, between the session on
// one side and a leased connection on the other. Owned by the session while in use, else by its
// handler's free list; used again with all its memory. One thread.
class ProxyWork final : public http::Work,
                        public upstream::ConnectionEvents,
                        public upstream::Waiter,
                        public net::DeadlineEvents,
                        public net::Deferred {
 public:
  // How long a client that said Expect: 100-continue waits for the backend before weir tells it to
  // go on.
  static constexpr base::Duration kContinueWait{1'000};
  // Bytes of the body of a request that may not be sent twice, kept until its first byte has left.
  static constexpr std::size_t kKeepUnsent = 16 * 1024;

  // The handler must outlive it.
  explicit ProxyWork(ProxyHandler& handler);

  // Makes it new for this exchange. It holds on to both until detach().
  void start(http::Request& request, http::Responder& responder);

  void begin() override;
  http::Flow on_body(base::Bytes bytes) override;
  void on_body_end(const http::Fields* trailers) override;
  void on_writable() override;
  void detach() override;
  void dispose() override;

  void on_connected() override;
  void on_response(const http::ResponseHead& head) override;
  void on_response_body(base::Bytes bytes) override;
  void on_response_end(const http::Fields* trailers) override;
  void on_connection_writable() override;
  void on_connection_failed(upstream::FailureKind kind) override;

  bool on_place() override;
  void on_deadline(net::Deadline& deadline) override;
  void on_turn_end() override;

 private:
  // Carries out actions of the machine; the last statement of whoever calls it.
  void act(Actions actions);
  void pick();
  void wait();
  // Nobody to try, or none in time: told, unless a try failed before, which is told then.
  void refuse(const http::Failure& failure);
  [[nodiscard]] upstream::Pick pick_endpoint();
  void lease(upstream::EndpointSlot& slot, upstream::Place place, bool fresh);
  void send(Actions actions);
  void resume_body();

  // How much of a body that is being sent is kept, in bytes.
  [[nodiscard]] std::size_t replay_bound() const;

  void tell_head(const http::ResponseHead& head);
  void on_interim(const http::ResponseHead& head);
  void switch_protocols(const http::ResponseHead& head);
  void on_overdue(Wait wait);
  void on_answer_overdue();
  void on_queue_overdue();
  void on_write_overdue();
  void on_try_overdue();
  void watch_writing();
  void watch_try();

  // The try ended by `kind`: the decision, and what follows from it.
  void fail(upstream::FailureKind kind);
  void fail_late(upstream::FailureKind kind, http::Phase phase);
  [[nodiscard]] Verdict decide_on(upstream::FailureKind kind, Facts& facts);
  void note_refusal(upstream::FailureKind kind, Facts facts);
  void note_end_of_try(unsigned status);
  void note_received() { request_->record.last_try.received = lease_->received(); }
  [[nodiscard]] Facts facts_of(upstream::FailureKind kind) const;
  [[nodiscard]] bool kept_alive_died(upstream::FailureKind kind) const;
  [[nodiscard]] bool is_endpoints_failure(upstream::FailureKind kind) const;
  void distrust_idle(upstream::FailureKind kind);
  bool retry_for_status(const http::ResponseHead& head);

  [[nodiscard]] base::Stamp now() const;

  ProxyHandler& handler_;
  upstream::Pool& pool_;
  const upstream::PoolOptions& options_;  // the exchange began with: see ProxyHandler
  http::Request* request_ = nullptr;
  http::Responder* responder_ = nullptr;
  ExchangeMachine machine_;
  upstream::Lease lease_;
  Attempt attempt_;
  std::unique_ptr<Tunnel> tunnel_;  // null: none; has the lease
  KeptBody kept_;
  ExchangeDeadlines deadlines_;
  std::vector<upstream::EndpointSlot*> tried_;  // whose tries have failed
  const http::Fields* trailers_ = nullptr;      // of the request
  http::Failure failure_;                       // what the responder is told if it is told one
  http::Fields answer_trailers_;
  std::uint64_t sent_seen_ = 0;  // what had left when the write deadline was set
  bool answer_has_trailers_ = false;
  bool body_paused_ = false;    // the session waits for resume_body()
  bool answer_paused_ = false;  // the responder does not keep up
  bool continued_ = false;      // the client was told 100
  bool fresh_ = false;          // the next try takes no idle connection
};

}  // namespace weir::proxy
