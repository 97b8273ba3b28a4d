#include "proxy/proxy_work.h"

#include <algorithm>
#include <utility>

#include "http/upgrade.h"
#include "proxy/location.h"
#include "proxy/proxy_handler.h"
#include "proxy/request_sender.h"
#include "proxy/retry_rules.h"
#include "upstream/connections.h"
#include "upstream/pool.h"

namespace weir::proxy {

using http::Flow;
using http::Framing;
using upstream::FailureKind;

namespace {

bool has_body(const http::RequestHead& head) {
  return head.framing == Framing::kChunked || head.content_length > 0;
}

}  // namespace

ProxyWork::ProxyWork(ProxyHandler& handler)
    : handler_(handler),
      pool_(handler.pool()),
      options_(handler.pool_options()),
      kept_(handler.kept_bodies()),
      deadlines_(handler.wheel(), *this) {}

base::Stamp ProxyWork::now() const { return handler_.turns().now(); }

void ProxyWork::start(http::Request& request, http::Responder& responder) {
  request_ = &request;
  responder_ = &responder;
  machine_ = ExchangeMachine(options_.retry.attempts, static_cast<unsigned>(pool_.size()),
                             is_repeatable(request.head, options_.retry));
  tried_.clear();
  failure_ = {};
  trailers_ = nullptr;
  answer_has_trailers_ = false;
  kept_.start();
  body_paused_ = answer_paused_ = continued_ = fresh_ = false;
}

void ProxyWork::begin() {
  pool_.budget().count_request();
  const http::RequestHead& head = request_->head;
  if (handler_.options().timeout.count() != 0) {
    deadlines_.set(Wait::kRoute, base::after(now(), handler_.options().timeout));
  }
  if (head.expect_continue && has_body(head)) {
    deadlines_.set(Wait::kContinue, base::after(now(), kContinueWait));
  }
  pick();
}

void ProxyWork::act(Actions actions) {
  if ((actions & kGiveBack) != 0) {
    note_received();
    lease_.give_back();
  }
  upstream::Place place;
  if ((actions & kPickSame) != 0) place = lease_.take_place();
  if ((actions & kDrop) != 0) {
    note_received();
    lease_.drop();
    deadlines_.clear(Wait::kWrite);
    deadlines_.clear(Wait::kTry);
    answer_paused_ = false;
  }
  if ((actions & kForget) != 0) {
    deadlines_.clear();
    net::Deferred::unlink();
    Waiter::leave();
    kept_.let_go();
  }
  if ((actions & (kSendHead | kSendEnd)) != 0) return send(actions);
  if ((actions & kPick) != 0) return pick();
  if ((actions & kPickSame) != 0) return lease(attempt_.slot(), std::move(place), true);
  if ((actions & kWait) != 0) {
    base::Duration wait = handler_.backoff();
    // None is not a deadline that never comes.
    if (wait.count() == 0) return act(machine_.on_waited());
    deadlines_.set(Wait::kProgress, base::after(now(), wait));
  }
  if ((actions & kTellEnd) != 0) {
    return responder_->end(answer_has_trailers_ ? &answer_trailers_ : nullptr);
  }
  if ((actions & kTellFail) != 0) responder_->fail(failure_);
}

void ProxyWork::send(Actions actions) {
  RequestSender to(*request_, lease_, handler_.turns());
  if ((actions & kSendHead) != 0) {
    to.head(handler_.options(), attempt_.slot().endpoint->text());
    attempt_.count_sent(now());
  }
  if ((actions & kSendKept) != 0 && !kept_.bytes().empty()) {
    to.body(kept_.bytes());
    kept_.sent();
    handler_.turns().defer(*this);
  }
  if ((actions & kSendEnd) != 0) to.end(trailers_);
  if (machine_.download() == Download::kAwaiting) {
    deadlines_.set(Wait::kProgress, base::after(now(), options_.timeouts.first_byte));
  }
  resume_body();
}

void ProxyWork::resume_body() {
  if (!body_paused_) return;
  body_paused_ = false;
  request_->body->resume_body();
}

Flow ProxyWork::on_body(base::Bytes bytes) {
  if (tunnel_ != nullptr) return tunnel_->on_body(bytes);
  if (bytes.empty()) return Flow::kGo;
  // The client goes on unasked.
  deadlines_.clear(Wait::kContinue);
  Actions actions = machine_.on_body();
  if ((actions & kKeep) != 0) {
    kept_.keep(bytes);
    body_paused_ = true;
    return Flow::kPause;
  }
  if ((actions & kPass) == 0) return Flow::kGo;
  kept_.keep_copy(bytes, replay_bound());
  body_paused_ = lease_->congested();
  if (body_paused_) pool_.stats().uploads_full.add();
  RequestSender(*request_, lease_, handler_.turns()).body(bytes);
  handler_.turns().defer(*this);
  return body_paused_ ? Flow::kPause : Flow::kGo;
}

void ProxyWork::on_body_end(const http::Fields* trailers) {
  if (tunnel_ != nullptr) return tunnel_->on_body_end();
  trailers_ = trailers;
  deadlines_.clear(Wait::kContinue);
  Actions actions = machine_.on_body_end();
  // The try begins anew: until now it could not have been answered.
  if ((actions & kSendEnd) != 0 && machine_.download() == Download::kAwaiting) watch_try();
  act(actions);
}

// A body that may not be sent twice is kept only until its first byte has left, and only where
// copying it is cheap.
std::size_t ProxyWork::replay_bound() const {
  std::size_t bound = handler_.kept_bodies().bound();
  if (machine_.repeatable()) return bound;
  return lease_->sent() > 0 ? 0 : std::min(bound, kKeepUnsent);
}

void ProxyWork::on_writable() {
  if (tunnel_ != nullptr) return tunnel_->on_writable();
  if (!answer_paused_) return;
  answer_paused_ = false;
  deadlines_.set(Wait::kProgress, base::after(now(), options_.timeouts.read));
  lease_->resume();
}

void ProxyWork::detach() {
  if (tunnel_ != nullptr) tunnel_->detach();
  act(machine_.on_detach());
}

void ProxyWork::dispose() {
  // Neither the slot nor a tunnel is held by a work that is not in use.
  tunnel_.reset();
  attempt_ = Attempt();
  // Made by make_unique, released into the WorkPtr that now calls.
  handler_.recycle(std::unique_ptr<ProxyWork>(this));
}

void ProxyWork::on_connected() {
  request_->record.last_try.connected = now();
  act(machine_.on_connected());
}

void ProxyWork::on_response(const http::ResponseHead& head) {
  base::Stamp at = now();
  attempt_.count_first_byte(at);
  if (http::is_interim(head.status)) return on_interim(head);
  request_->record.last_try.head = at;
  request_->record.last_try.status = head.status;
  attempt_.count_status(head.status);
  if (head.status == 101) return switch_protocols(head);
  if (is_listed(head.status, options_.retry.on) && retry_for_status(head)) return;
  if ((machine_.on_head() & kPass) == 0) return;
  deadlines_.clear(Wait::kTry);
  deadlines_.clear(Wait::kRoute);
  deadlines_.clear(Wait::kContinue);
  deadlines_.set(Wait::kProgress, base::after(at, options_.timeouts.read));
  kept_.let_go();
  tell_head(head);
}

// To the client, for whom a backend's own address means nothing.
void ProxyWork::tell_head(const http::ResponseHead& head) {
  const ProxyOptions& options = handler_.options();
  if (!options.map_location || !may_have_location(head.status)) return responder_->head(head);
  std::string_view endpoint = attempt_.slot().endpoint->text();
  http::ResponseHead mapped = head;
  map_location(mapped.fields, *request_, options, endpoint);
  responder_->head(mapped);
}

// The exchange is over as one of HTTP; the session and the connection go on as a tunnel.
void ProxyWork::switch_protocols(const http::ResponseHead& head) {
  bool right = http::is_switch(head, request_->head, request_->upgrade);
  Actions actions = right ? machine_.on_switch() : Actions{kNothing};
  if ((actions & kHandOver) == 0) return fail(FailureKind::kMalformed);
  attempt_.count_whole(now());
  tunnel_ = std::make_unique<Tunnel>(*request_, *responder_, std::move(lease_), attempt_,
                                     handler_.turns());
  act(actions);
  responder_->upgrade(head);
}

void ProxyWork::on_interim(const http::ResponseHead& head) {
  if (head.status == 100) {
    if (std::exchange(continued_, true)) return;
    deadlines_.clear(Wait::kContinue);
  }
  if ((machine_.on_interim() & kPass) == 0) return;
  deadlines_.set(Wait::kProgress, base::after(now(), options_.timeouts.first_byte));
  responder_->interim(head);
}

void ProxyWork::on_response_body(base::Bytes bytes) {
  if ((machine_.on_answer_body() & kPass) == 0) return;
  if (!answer_paused_) {
    deadlines_.set(Wait::kProgress, base::after(now(), options_.timeouts.read));
  }
  Flow flow = responder_->body(bytes);
  if (flow == Flow::kGo || answer_paused_ || !machine_.holds_lease()) return;
  // While it is we who wait, no backend is late.
  answer_paused_ = true;
  deadlines_.clear(Wait::kProgress);
  lease_->pause();
}

void ProxyWork::on_response_end(const http::Fields* trailers) {
  Actions actions = machine_.on_answer_end(lease_->unsent() == 0);
  if (actions == kNothing) return;
  attempt_.count_whole(now());
  answer_has_trailers_ = trailers != nullptr;
  // The connection's own go with the lease; what they name lives in the exchange's arena.
  if (trailers != nullptr) answer_trailers_ = *trailers;
  // An idle connection must be read, to see it closed.
  if (std::exchange(answer_paused_, false) && (actions & kGiveBack) != 0) lease_->resume();
  act(actions);
}

void ProxyWork::on_connection_writable() {
  watch_writing();
  resume_body();
}

void ProxyWork::on_connection_failed(FailureKind kind) { fail(kind); }

}  // namespace weir::proxy
