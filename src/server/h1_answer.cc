// The answer half of H1Exchange: how what a handler says goes on the wire.

#include <cstring>
#include <utility>

#include "http/h1_writer.h"
#include "http/upgrade.h"
#include "server/error_pages.h"
#include "server/h1_exchange.h"
#include "server/h1_session.h"

namespace weir::server {

using http::Framing;
using http::Reason;

void H1Exchange::head(const http::ResponseHead& head) {
  if (answer_ != Answer::kNone) return;
  if (head.status >= 400 && is_intercepted(head)) return replace(head);
  answer_ = Answer::kBegun;
  request_.record.status = head.status;
  // Where the answer may be over before the request is, the connection ends with it; a client that
  // was not told would send its next request into the close.
  bool whole = upload_ == Upload::kWhole || (upload_ == Upload::kBody && body_here_);
  if (!whole || session_->last_answer()) keep_alive_ = false;
  choose_framing(head);
  write_head(head);
}

void H1Exchange::upgrade(const http::ResponseHead& head) {
  if (answer_ != Answer::kNone) return;
  answer_ = Answer::kBegun;
  request_.record.status = head.status;
  is_tunnel_ = true;
  target_->stats->tunnels.add();
  upload_ = Upload::kRaw;
  keep_alive_ = false;
  framing_ = Framing::kUntilClose;
  write_deadline_.clear();
  write_watch_.end();
  http::DownstreamFields extra;
  extra.request_id = request_.id;
  extra.upgrade = request_.upgrade;
  keep_sticky(extra);
  extra.via = head.forwarded;
  write_head_text(head, extra);
  session_->on_upgraded();
}

bool H1Exchange::is_intercepted(const http::ResponseHead& head) const {
  const ErrorPages* pages = target_->error_pages;
  return head.forwarded && pages != nullptr && pages->intercepts(head.status);
}

// Has the client stay where it was sent.
void H1Exchange::keep_sticky(http::DownstreamFields& extra) {
  if (!set_cookie_.empty()) extra.edited.add(arena_, "Set-Cookie", set_cookie_);
}

void H1Exchange::shut_down() {
  if (answer_ == Answer::kBegun) session_->stream().shut_down();
}

// RFC 9112 section 6: by what the client understands and what is known of the length.
void H1Exchange::choose_framing(const http::ResponseHead& head) {
  body_left_ = 0;
  if (!http::may_have_body(head.status, request_.head.method)) {
    framing_ = Framing::kNone;
    return;
  }
  switch (head.framing) {
    case Framing::kNone:
    case Framing::kLength:
      framing_ = Framing::kLength;
      body_left_ = head.framing == Framing::kLength ? head.content_length : 0;
      return;
    case Framing::kChunked:
    case Framing::kUntilClose:
      framing_ = request_.head.version == http::Version::kHttp11 ? Framing::kChunked
                                                                 : Framing::kUntilClose;
      if (framing_ == Framing::kUntilClose) keep_alive_ = false;
      return;
  }
}

void H1Exchange::write_head(const http::ResponseHead& head) {
  http::DownstreamFields extra;
  extra.framing = framing_;
  extra.content_length = body_left_;
  if (framing_ == Framing::kNone && head.framing == Framing::kLength && head.status >= 200 &&
      head.status != 204) {
    // What a GET would have brought (RFC 9110 section 8.6).
    extra.framing = Framing::kLength;
    extra.content_length = head.content_length;
  }
  extra.date = service_.date().get(service_.now());
  extra.request_id = request_.id;
  extra.via = head.forwarded;
  // Who says that another protocol is wanted says which (RFC 9110 section 15.5.22).
  if (request_.record.reason == Reason::kUpgradeVersion) extra.upgrade = http::kWebSocket;
  if (!head.forwarded) extra.server = service_.options().server_name;
  extra.edits = target_->response_edits;
  if (extra.edits != nullptr) extra.edited = extra.edits->render(request_, arena_);
  // Nobody is to stay where nothing answered.
  if (head.forwarded) keep_sticky(extra);
  if (!keep_alive_) {
    extra.connection = http::ConnectionLine::kClose;
  } else if (request_.head.version == http::Version::kHttp10) {
    extra.connection = http::ConnectionLine::kKeepAlive;
  }
  write_head_text(head, extra);
}

void H1Exchange::write_head_text(const http::ResponseHead& head,
                                 const http::DownstreamFields& extra) {
  base::Arena& scratch = service_.turns().scratch();
  std::size_t bound = http::response_head_bound(head, extra);
  char* text = scratch.take(bound);
  auto size = static_cast<std::size_t>(http::write_response_head(text, head, extra) - text);
  scratch.trim(bound, size);
  if (options_->log_needs.sent_head) request_.record.sent_head = arena_.copy({text, size});
  write_scratch({text, size});
}

http::Flow H1Exchange::body(base::Bytes bytes) {
  if (answer_ != Answer::kBegun || framing_ == Framing::kNone || bytes.empty())
    return http::Flow::kGo;
  if (framing_ == Framing::kLength) {
    // More than was promised would be taken for the next answer.
    if (bytes.size() > body_left_) bytes.remove_suffix(bytes.size() - body_left_);
    body_left_ -= bytes.size();
  }
  request_.record.body_bytes_out += bytes.size();
  if (is_tunnel_) session_->watch_upload();
  if (framing_ == Framing::kChunked) {
    char* text = service_.turns().scratch().take(http::kChunkSizeBound);
    auto size = static_cast<std::size_t>(http::write_chunk_size(text, bytes.size()) - text);
    service_.turns().scratch().trim(http::kChunkSizeBound, size);
    write_scratch({text, size});
    write(bytes);
    write(http::kChunkEnd);
  } else {
    write(bytes);
  }
  if (!session_->stream().congested()) return http::Flow::kGo;
  service_.count_limit(Limit::kBufferPerStream);
  return http::Flow::kPause;
}

void H1Exchange::end(const http::Fields* trailers) {
  if (answer_ != Answer::kBegun) return;
  if (framing_ == Framing::kLength && body_left_ > 0) return cut(Reason::kUpstreamCut);
  if (framing_ == Framing::kChunked) {
    std::size_t bound = http::last_chunk_bound(trailers);
    char* text = service_.turns().scratch().take(bound);
    auto size = static_cast<std::size_t>(http::write_last_chunk(text, trailers) - text);
    service_.turns().scratch().trim(bound, size);
    write_scratch({text, size});
  }
  answer_ = Answer::kWhole;
  finish();
}

void H1Exchange::write(base::Bytes bytes) {
  request_.record.bytes_out += bytes.size();
  session_->stream().write(bytes);
  watch_write();
}

void H1Exchange::write_scratch(base::Bytes bytes) {
  request_.record.bytes_out += bytes.size();
  session_->stream().write_scratch(bytes);
  watch_write();
}

void H1Exchange::watch_write() {
  // A tunnel has one deadline, for both directions.
  if (write_watch_.on() || is_tunnel_) return;
  base::Stamp now = service_.now();
  write_watch_.begin(now);
  write_deadline_.set(write_watch_.next_look(now, service_.options().timeouts.client_write));
}

void H1Exchange::on_writable() {
  if (work_ != nullptr && answer_ == Answer::kBegun) work_->on_writable();
}

void H1Exchange::on_deadline(net::Deadline&) {
  if (session_ == nullptr || answered()) return;
  const net::Stream& stream = session_->stream();
  // The client has everything that there is; the next write begins to watch again.
  if (stream.queued() == 0) return write_watch_.end();
  base::Stamp now = service_.now();
  base::Duration timeout = service_.options().timeouts.client_write;
  if (!write_watch_.stalled(now, stream.written(), timeout)) {
    return write_deadline_.set(write_watch_.next_look(now, timeout));
  }
  request_.record.timed_out = http::Phase::kClientWrite;
  cut(Reason::kClientClosed);
}

// The answer will not be whole; the session shows it by how it closes.
void H1Exchange::cut(Reason reason) {
  if (answer_ == Answer::kNone)
    request_.record.status = reason == Reason::kClientClosed ? 499 : 503;
  request_.record.reason = reason;
  service_.stats().rejected[static_cast<std::size_t>(reason)].add();
  keep_alive_ = false;
  answer_ = Answer::kCut;
  finish();
}

void H1Exchange::finish() {
  if (work_ != nullptr) work_->detach();
  write_deadline_.clear();
  write_watch_.end();
  http::Record& record = request_.record;
  record.ended = service_.now();
  if (record.timed_out != http::Phase::kCount) service_.count_timeout(record.timed_out);
  RouteStats& stats = *target_->stats;
  if (std::exchange(counted_in_flight_, false)) stats.in_flight.subtract();
  if (std::exchange(is_tunnel_, false)) stats.tunnels.subtract();
  stats.codes.add(record.status);
  stats.duration.observe(record.ended - record.started);
  stats.request_bytes.add(record.bytes_in);
  stats.response_bytes.add(record.bytes_out);
  if (options_->log != nullptr) options_->log->on_exchange(request_, *target_);
  if (target_->log != nullptr) tell_log();
  session_->on_answered();
}

void H1Exchange::tell_log() {
  if (options_->log_needs.server_address) {
    net::SocketAddress address = session_->stream().local();
    if (address.length != 0) request_.server_address = arena_.copy(net::ip_text(address));
    request_.server_port = net::port_of(address);
  }
  target_->log->on_exchange(request_, *target_);
}

void H1Exchange::retire(std::unique_ptr<H1Exchange> owner) {
  H1Exchange* self = owner.release();
  if (self->work_ != nullptr) self->work_->detach();
  self->write_deadline_.clear();
  self->write_watch_.end();
  self->session_ = nullptr;
  self->service_.turns().retired().add(*self);
}

void H1Exchange::dispose() {
  work_.reset();
  target_ = nullptr;
  options_ = {};
  arena_.reset();
  service_.exchanges().give_back(std::unique_ptr<H1Exchange>(this));
}

}  // namespace weir::server
