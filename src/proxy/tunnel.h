#pragma once

#include "base/bytes.h"
#include "http/handler.h"
#include "net/turn.h"
#include "proxy/attempt.h"
#include "upstream/connection.h"

namespace weir::proxy {

// A byte tunnel: what an exchange is once its backend has changed the protocol by a 101. Bytes pass
// both ways as they are; who does not keep up pauses the other side; each side's FIN goes on to the
// other one. It is over when both have ended and all has left, and broken when either side breaks,
// which the other one sees as RST. Deadlines are the session's. Made by a ProxyWork, which passes
// on what the session says and outlives the hand-over; one thread.
class Tunnel final : public upstream::ConnectionEvents, public net::Deferred {
 public:
  // The lease is on the connection that the 101 came on. Responder::upgrade is the maker's to call,
  // behind this. All references outlive it.
  Tunnel(http::Request& request, http::Responder& responder, upstream::Lease lease,
         const Attempt& attempt, net::Turns& turns);

  // As those of http::Work.
  http::Flow on_body(base::Bytes bytes);
  void on_body_end();
  void on_writable();
  void detach();

  void on_connected() override {}
  void on_response(const http::ResponseHead&) override {}
  void on_response_body(base::Bytes bytes) override;
  void on_response_end(const http::Fields* trailers) override;
  void on_connection_writable() override;
  void on_connection_failed(upstream::FailureKind kind) override;

  void on_turn_end() override;

 private:
  // Both sides have ended, and what the client sent has left.
  [[nodiscard]] bool over() const;
  void note_received();
  void finish();

  http::Request& request_;
  http::Responder& responder_;
  upstream::Lease lease_;  // empty: over, broken or detached
  Attempt attempt_;
  net::Turns& turns_;
  bool client_ended_ = false;
  bool backend_ended_ = false;
  bool body_paused_ = false;    // the session waits for resume_body()
  bool answer_paused_ = false;  // the responder does not keep up
};

}  // namespace weir::proxy
