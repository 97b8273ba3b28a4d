#include "proxy/tunnel.h"

#include <utility>

namespace weir::proxy {

using http::Flow;
using upstream::FailureKind;

Tunnel::Tunnel(http::Request& request, http::Responder& responder, upstream::Lease lease,
               const Attempt& attempt, net::Turns& turns)
    : request_(request),
      responder_(responder),
      lease_(std::move(lease)),
      attempt_(attempt),
      turns_(turns) {
  lease_->become_tunnel(*this);
}

Flow Tunnel::on_body(base::Bytes bytes) {
  body_paused_ = lease_->congested();
  lease_->write(bytes);
  return body_paused_ ? Flow::kPause : Flow::kGo;
}

void Tunnel::on_body_end() {
  client_ended_ = true;
  lease_->shut_down();
  // What was written in this turn is still to leave.
  turns_.defer(*this);
}

void Tunnel::on_writable() {
  if (std::exchange(answer_paused_, false)) lease_->resume();
}

void Tunnel::detach() {
  net::Deferred::unlink();
  note_received();
  lease_.reset();
}

void Tunnel::note_received() {
  if (lease_) request_.record.last_try.received = lease_->received();
}

void Tunnel::on_response_body(base::Bytes bytes) {
  Flow flow = responder_.body(bytes);
  if (flow == Flow::kGo || answer_paused_ || !lease_) return;
  answer_paused_ = true;
  lease_->pause();
}

void Tunnel::on_response_end(const http::Fields*) {
  backend_ended_ = true;
  if (client_ended_) return turns_.defer(*this);
  responder_.shut_down();
}

void Tunnel::on_connection_writable() {
  if (over()) return finish();
  if (std::exchange(body_paused_, false)) request_.body->resume_body();
}

void Tunnel::on_connection_failed(FailureKind kind) {
  // That a protocol of its own was broken off tells nothing of the endpoint's health, and clients
  // can bring it about (docs/decisions, 0007).
  attempt_.count_failure(kind, turns_.now(), false);
  detach();
  responder_.fail(failure_of(kind));
}

void Tunnel::on_turn_end() {
  if (over()) finish();
}

bool Tunnel::over() const {
  return lease_ && client_ended_ && backend_ended_ && lease_->unsent() == 0;
}

void Tunnel::finish() {
  note_received();
  lease_.drop();
  responder_.end(nullptr);
}

}  // namespace weir::proxy
