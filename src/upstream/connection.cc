#include "upstream/connection.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "upstream/connections.h"
#include "upstream/pool.h"

namespace weir::upstream {

namespace {

constexpr base::Stamp kSecond = 1'000'000'000;

// How long a connection may stay idle by its backend's `Keep-Alive: timeout=N`: a second less, so
// that a request does not cross with the backend's close. kNever: not said.
base::Stamp idle_bound_of(const http::Fields& fields) {
  base::Stamp bound = base::kNever;
  base::each_token(fields.value(http::Name::kKeepAlive), [&](std::string_view parameter) {
    constexpr std::string_view kTimeout = "timeout=";
    if (!base::equal_nocase(parameter.substr(0, kTimeout.size()), kTimeout)) return true;
    std::optional<std::uint64_t> value = base::parse_decimal(parameter.substr(kTimeout.size()));
    if (value.has_value() && *value < 1'000'000'000) {
      bound = std::max<base::Stamp>(0, static_cast<base::Stamp>(*value) - 1) * kSecond;
    }
    return false;
  });
  return bound;
}

}  // namespace

Connection::Connection(Connections& owner, EndpointSlot& slot, net::Wheel& wheel, base::Stamp now)
    : owner_(owner), slot_(&slot), idle_deadline_(wheel, *this), made_(now) {}

Connection::~Connection() = default;

void Connection::begin(http::Method method, base::Arena& arena, const http::HeadLimits& limits,
                       ConnectionEvents& events, bool may_switch) {
  parser_.reset_response(arena, limits, method, may_switch);
  events_ = &events;
  written_before_ = stream_->written();
  received_ = 0;
  answer_whole_ = false;
}

void Connection::become_tunnel(ConnectionEvents& events) {
  events_ = &events;
  is_tunnel_ = true;
}

bool Connection::reusable() const {
  return answer_whole_ && !ended_ && parser_.response().keep_alive && unsent() == 0;
}

base::Stamp Connection::idle_until(base::Stamp now) const {
  const KeepaliveOptions& bounds = slot_->pool.options().keepalive;
  base::Stamp until =
      std::min(base::after(now, bounds.idle_timeout), base::after(made_, bounds.max_age));
  return idle_bound_ == base::kNever ? until : std::min(until, now + idle_bound_);
}

void Connection::on_connected() {
  connected_ = true;
  slot_->pool.stats().connect.observe(owner_.turns_.now() - made_);
  events_->on_connected();
}

void Connection::on_bytes(base::Bytes bytes) {
  if (idle()) return owner_.discard(*this);
  received_ += bytes.size();
  if (answer_whole_) ended_ = true;
  if (ended_) return;
  // Each upcall may drop the lease, and with it the events; the memory stays until the turn ends.
  while (!idle()) {
    switch (parser_.next(bytes)) {
      case http::H1Step::kMore:
        return;
      case http::H1Step::kHead: {
        const http::ResponseHead& head = parser_.response();
        if (base::Stamp bound = idle_bound_of(head.fields); bound != base::kNever)
          idle_bound_ = bound;
        events_->on_response(head);
        break;
      }
      case http::H1Step::kBody:
        events_->on_response_body(parser_.piece());
        break;
      case http::H1Step::kEnd:
        answer_whole_ = true;
        // An answer to nothing that was asked.
        if (!bytes.empty()) ended_ = true;
        return events_->on_response_end(parser_.trailers());
      case http::H1Step::kError:
        return fail(parser_.head_done() ? FailureKind::kCut : FailureKind::kMalformed);
    }
  }
}

void Connection::on_end() {
  if (idle()) return owner_.discard(*this);
  bool waiting = !answer_whole_ && !ended_;
  ended_ = true;
  if (!waiting) return;
  if (parser_.finish() == http::H1Step::kEnd) {
    answer_whole_ = true;
    return events_->on_response_end(parser_.trailers());
  }
  fail(parser_.head_done() ? FailureKind::kCut : FailureKind::kReset);
}

void Connection::on_writable() {
  if (!idle()) events_->on_connection_writable();
}

void Connection::on_error(net::StreamError error) {
  if (idle()) return owner_.discard(*this);
  bool waiting = is_tunnel_ || (!answer_whole_ && !ended_);
  ended_ = true;
  if (!waiting) return;
  error_ = error;
  if (!connected_) return fail(net::is_local(error) ? FailureKind::kLocal : FailureKind::kConnect);
  fail(parser_.head_done() ? FailureKind::kCut : FailureKind::kReset);
}

void Connection::fail(FailureKind kind) {
  ended_ = true;
  events_->on_connection_failed(kind);
}

void Connection::on_deadline(net::Deadline&) { owner_.discard(*this); }

void Connection::dispose() {
  // Made by make_unique; the lists it was in own nothing.
  std::unique_ptr<Connection> self(this);
}

// The slot goes with the connection, so that the place goes before.
Connection* Lease::end() {
  place_.give_back();
  return std::exchange(connection_, nullptr);
}

void Lease::give_back() {
  Connection* connection = end();
  if (connection != nullptr) connection->owner_.take_back(*connection);
}

void Lease::drop() {
  Connection* connection = end();
  if (connection != nullptr) connection->owner_.discard(*connection);
}

void Lease::reset() {
  Connection* connection = end();
  if (connection == nullptr) return;
  connection->stream_->reset();
  connection->owner_.discard(*connection);
}

}  // namespace weir::upstream
