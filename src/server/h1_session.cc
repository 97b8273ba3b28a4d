#include "server/h1_session.h"

#include <algorithm>
#include <utility>

namespace weir::server {

namespace {

// A lingering close ends after this at the latest (nginx: lingering_time).
constexpr base::Duration kLingerMost{30'000};

// So long a connection without a request yet may go on when the service drains: it was just
// accepted, or taken off the kernel's queue, and a client does not send again what fails on a new
// connection.
constexpr base::Duration kDrainFirst{1'000};

}  // namespace

H1Session::H1Session(Service& service, base::Ref<Site> site, net::StreamPtr stream,
                     const net::SocketAddress& peer)
    : service_(service),
      site_(std::move(site)),
      stream_(std::move(stream)),
      peer_address_(net::ip_text(peer)),
      deadline_(service.wheel(), *this),
      peer_port_(net::port_of(peer)),
      peer_trusted_(service.trusts(peer)) {
  site_->stats.accepted.add();
  site_->stats.open.add();
}

void H1Session::start() {
  stream_->set_events(this);
  stream_->start();
  deadline_.set(base::after(service_.now(), service_.options().timeouts.client_header));
}

http::Peer H1Session::peer() const {
  return {peer_address_.get(), peer_port_, peer_trusted_, "http"};
}

bool H1Session::last_answer() {
  if (service_.draining() || (peer_ended_ && !has_early())) return true;
  auto most = service_.options().limits.requests_per_connection;
  if (most == 0 || requests_ < most) return false;
  service_.count_limit(Limit::kRequestsPerConnection);
  return true;
}

void H1Session::go(State next) {
  if (state_ == State::kActive) site_->stats.active.subtract();
  if (next == State::kActive) site_->stats.active.add();
  state_ = next;
}

void H1Session::on_bytes(base::Bytes bytes) {
  switch (state_) {
    case State::kIdle:
      wake();
      return keep_early(feed(bytes));
    case State::kActive:
      // What came early has been written long since.
      if (exchange_->is_tunnel()) early_.reset();
      if (exchange_->answered() || exchange_->upload() >= H1Exchange::Upload::kWhole)
        return keep_early(bytes);
      return keep_early(feed(bytes));
    case State::kLingering:
      return deadline_.set(std::min(base::after(service_.now(), service_.options().timeouts.linger),
                                    leaving_->linger_until));
    case State::kClosing:
    case State::kClosed:
      return;
  }
}

// Gives bytes to the exchange under way, or to a new one; returns those that it has no use for.
base::Bytes H1Session::feed(base::Bytes bytes) {
  if (state_ == State::kIdle) {
    go(State::kActive);
    ++requests_;
    exchange_ = service_.exchanges().take(service_);
    exchange_->open(*this, service_.now());
    leaving_.reset();
    // The first head has had its time since accept.
    if (requests_ > 1) deadline_.clear();
  }
  bytes = exchange_->read(bytes);
  if (state_ == State::kActive) watch_upload();
  return bytes;
}

// The deadline of what the request is waiting for now.
void H1Session::watch_upload() {
  if (exchange_->answered()) return deadline_.clear();
  const Timeouts& timeouts = service_.options().timeouts;
  if (exchange_->is_tunnel()) {
    return deadline_.set(base::after(service_.now(), timeouts.tunnel_idle));
  }
  switch (exchange_->upload()) {
    case H1Exchange::Upload::kHead:
      // From the first byte, or from accept; it does not move with the next ones.
      if (deadline_.at() == base::kNever) {
        deadline_.set(base::after(exchange_->record().started, timeouts.client_header));
      }
      return;
    case H1Exchange::Upload::kBody:
      return pauses_ != 0 ? deadline_.clear()
                          : deadline_.set(base::after(service_.now(), timeouts.client_body));
    case H1Exchange::Upload::kRaw:
    case H1Exchange::Upload::kWhole:
    case H1Exchange::Upload::kStopped:
      return deadline_.clear();
  }
}

void H1Session::keep_early(base::Bytes bytes) {
  // What cannot become a request of this connection is not kept.
  if (bytes.empty() || state_ != State::kActive ||
      exchange_->upload() != H1Exchange::Upload::kWhole)
    return;
  if (early_ == nullptr) early_ = std::make_unique<EarlyBytes>(service_.turns().buffers());
  early_->add(bytes);
  if ((pauses_ & kByEarly) != 0 || !early_full()) return;
  if (!service_.turns().buffers().full()) service_.count_limit(Limit::kPipeline);
  pause(kByEarly);
}

void H1Session::pause(Pause by) {
  if (std::exchange(pauses_, static_cast<std::uint8_t>(pauses_ | by)) != 0) return;
  stream_->pause();
  if (state_ == State::kActive) watch_upload();
}

void H1Session::resume(Pause by) {
  if (pauses_ == 0) return;
  pauses_ = static_cast<std::uint8_t>(pauses_ & ~by);
  if (pauses_ != 0) return;
  stream_->resume();
  if (state_ == State::kActive) watch_upload();
}

bool H1Session::has_early() const { return early_ != nullptr && !early_->waiting().empty(); }

bool H1Session::early_full() const { return early_->full(service_.options().limits.pipeline); }

// An exchange is on in name only: nothing but empty lines came.
bool H1Session::fresh() const { return state_ == State::kActive && exchange_->fresh(); }

void H1Session::on_end() {
  peer_ended_ = true;
  switch (state_) {
    case State::kIdle:
      // Who has sent all still takes the answer that is on the way.
      if (stream_ != nullptr && stream_->queued() > 0) {
        return begin_closing(CloseReason::kClient, false);
      }
      return close(CloseReason::kClient);
    case State::kLingering:
      return close(close_reason_);
    case State::kActive:
      return input_ended();
    case State::kClosing:
    case State::kClosed:
      return;
  }
}

// The client sends nothing more, and all that it sent was given to the exchange or lies in early_.
void H1Session::input_ended() {
  if (exchange_->answered()) return;
  if (exchange_->is_tunnel()) return exchange_->end_input();
  if (exchange_->upload() == H1Exchange::Upload::kWhole &&
      service_.options().half_close == HalfClose::kFinish) {
    return;
  }
  // A request that will never be whole, or a client that has left.
  close(CloseReason::kClient);
}

void H1Session::on_error(net::StreamError) {
  close(state_ == State::kLingering ? close_reason_ : CloseReason::kClient);
}

void H1Session::on_writable() {
  if (state_ == State::kActive) {
    if (exchange_->is_tunnel()) watch_upload();
    return exchange_->on_writable();
  }
  if (state_ == State::kClosing) return close_when_flushed();
  if (state_ == State::kIdle) next_request();
}

void H1Session::on_answered() { service_.turns().defer(*this); }

void H1Session::on_turn_end() {
  if (state_ == State::kClosing) return close_when_flushed();
  if (state_ != State::kActive) return;
  if (exchange_->answered()) return after_exchange();
  if (exchange_->is_tunnel()) open_tunnel();
}

// What the client sent behind its request belongs to the new protocol.
void H1Session::open_tunnel() {
  watch_upload();
  if (has_early()) return take_early();
  if (peer_ended_) input_ended();
}

void H1Session::after_exchange() {
  auto exchange = std::move(exchange_);
  bool whole = exchange->upload() == H1Exchange::Upload::kWhole;
  bool cut = exchange->answer() == H1Exchange::Answer::kCut;
  bool reset = cut && exchange->cut_by_reset();
  bool stays = !cut && whole && exchange->keeps_alive();
  bool refused = exchange->upload() == H1Exchange::Upload::kStopped;
  // One of the client's own deadlines.
  bool late = exchange->record().timed_out <= http::Phase::kLinger;
  bool stalled = exchange->record().timed_out == http::Phase::kClientWrite;
  H1Exchange::retire(std::move(exchange));
  if (stays) {
    go(State::kIdle);
    resume(kByWork);
    return next_request();
  }
  auto reason = late                  ? CloseReason::kTimeout
                : cut                 ? CloseReason::kCut
                : refused             ? CloseReason::kRefused
                : service_.draining() ? CloseReason::kDrain
                                      : CloseReason::kFinished;
  if (reset) stream_->reset();
  // A client that takes nothing has been waited for long enough.
  if (reset || stalled) return close(reason);
  begin_closing(reason, !cut && (!whole || early_ != nullptr));
}

// Between two requests: takes up the next one, or waits for it.
void H1Session::next_request() {
  if (!has_early()) {
    early_.reset();
    if (peer_ended_) return begin_closing(CloseReason::kClient, false);
    if (service_.draining()) return begin_closing(CloseReason::kDrain, false);
  }
  if (stream_->congested()) {
    // Who asks and asks and does not read would fill our memory with answers.
    pause(kByWrites);
    return watch_writing();
  }
  resume(kByWrites);
  if (has_early()) return take_early();
  if (stream_->queued() > 0) return watch_writing();
  leaving_.reset();
  await_request();
}

void H1Session::await_request() {
  base::Duration idle = service_.options().timeouts.client_idle;
  rests_next_ = idle.count() == 0 || idle > kRestAfter;
  deadline_.set(base::after(service_.now(), rests_next_ ? kRestAfter : idle));
}

// Where it cannot, it goes on as it is.
void H1Session::rest() {
  rests_next_ = false;
  resting_ = stream_->rest();
  if (resting_.open()) stream_.reset();
  base::Duration idle = service_.options().timeouts.client_idle;
  base::Duration left = idle > kRestAfter ? idle - kRestAfter : idle;
  deadline_.set(base::after(service_.now(), left));
}

void H1Session::wake() {
  if (resting_.open()) stream_ = resting_.wake(service_.options().limits.buffer_per_stream, *this);
}

void H1Session::take_early() {
  // All that was written of the last exchange has been flushed: nothing is a view into what was
  // taken.
  base::Bytes waiting = early_->waiting();
  early_->take(waiting.size() - feed(waiting).size());
  if (!early_full()) resume(kByEarly);
  if (peer_ended_) input_ended();
}

void H1Session::begin_closing(CloseReason reason, bool linger) {
  wake();
  go(State::kClosing);
  close_reason_ = reason;
  linger_ = linger && service_.options().timeouts.linger.count() > 0;
  early_.reset();
  // What still comes is thrown away: a client that must send before it reads would take nothing.
  resume(static_cast<Pause>(pauses_));
  leaving_.reset();
  watch_writing();
  close_when_flushed();
}

void H1Session::close_when_flushed() {
  if (stream_->gathered() > 0) return service_.turns().defer(*this);
  if (stream_->queued() > 0) return;
  // A reload may have forbidden it meanwhile.
  base::Duration linger = service_.options().timeouts.linger;
  if (!linger_ || peer_ended_ || linger.count() == 0) return close(close_reason_);
  stream_->shut_down();
  go(State::kLingering);
  leaving_->linger_until = base::after(service_.now(), kLingerMost);
  deadline_.set(base::after(service_.now(), linger));
}

// Sets the deadline for what is queued to go on moving.
void H1Session::watch_writing() {
  base::Stamp now = service_.now();
  rests_next_ = false;
  if (leaving_ == nullptr) {
    leaving_ = std::make_unique<Leaving>();
    leaving_->watch.begin(now, stream_->written());
  }
  deadline_.set(leaving_->watch.next_look(now, service_.options().timeouts.client_write));
}

void H1Session::look_at_writing() {
  base::Duration timeout = service_.options().timeouts.client_write;
  if (!leaving_->watch.stalled(service_.now(), stream_->written(), timeout)) return watch_writing();
  service_.count_timeout(http::Phase::kClientWrite);
  close(CloseReason::kTimeout);
}

void H1Session::on_deadline(net::Deadline&) {
  switch (state_) {
    case State::kIdle:
      if (leaving_ != nullptr) return look_at_writing();
      return rests_next_ ? rest() : close_unused();
    case State::kActive:
      if (exchange_->answered()) return;
      if (fresh()) return close_unused();
      return exchange_->time_out(exchange_->is_tunnel() ? http::Phase::kTunnelIdle
                                 : exchange_->upload() == H1Exchange::Upload::kHead
                                     ? http::Phase::kClientHeader
                                     : http::Phase::kClientBody);
    case State::kClosing:
      return look_at_writing();
    case State::kLingering:
      service_.count_timeout(http::Phase::kLinger);
      return close(close_reason_);
    case State::kClosed:
      return;
  }
}

// No request came in time.
void H1Session::close_unused() {
  if (service_.draining()) return close(CloseReason::kDrain);
  bool first = requests_ <= (state_ == State::kActive ? 1U : 0U);
  service_.count_timeout(first ? http::Phase::kClientHeader : http::Phase::kClientIdle);
  close(first ? CloseReason::kTimeout : CloseReason::kIdle);
}

void H1Session::drain() {
  if (state_ == State::kIdle && requests_ == 0) {
    return deadline_.set(std::min(deadline_.at(), base::after(service_.now(), kDrainFirst)));
  }
  if (fresh()) return close(CloseReason::kDrain);
  if (state_ == State::kIdle && !has_early()) begin_closing(CloseReason::kDrain, false);
}

void H1Session::close(CloseReason reason) {
  if (state_ == State::kClosed) return;
  // Behind a part of what was written, a FIN could be taken for the end of a close-delimited
  // answer.
  bool reset = stream_ != nullptr && stream_->gathered() + stream_->queued() > 0;
  if (exchange_ != nullptr) {
    if (!exchange_->answered() && !exchange_->fresh()) {
      exchange_->abandon(reason == CloseReason::kDrain ? http::Reason::kShuttingDown
                                                       : http::Reason::kClientClosed);
    }
    bool cut = exchange_->answer() == H1Exchange::Answer::kCut;
    reset = reset || (cut && exchange_->cut_by_reset());
    H1Exchange::retire(std::move(exchange_));
  }
  if (reset) stream_->reset();
  go(State::kClosed);
  site_->stats.open.subtract();
  site_->stats.closed[static_cast<std::size_t>(reason)].add();
  deadline_.clear();
  net::Deferred::unlink();
  stream_.reset();
  resting_.close();
  service_.turns().retired().add(*this);
  service_.left(*this);
}

void H1Session::dispose() { std::unique_ptr<H1Session> self(this); }

}  // namespace weir::server
