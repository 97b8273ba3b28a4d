#pragma once

#include <cstdint>
#include <utility>

#include "base/clock.h"
#include "base/list.h"
#include "base/ref.h"
#include "base/retire.h"
#include "http/h1_parser.h"
#include "net/stream.h"
#include "net/wheel.h"
#include "upstream/place.h"
#include "upstream/stats.h"

namespace weir::upstream {

class Connections;
class EndpointSlot;

// Hears of the exchange on a leased connection. Each may drop the lease; nothing more is heard
// then.
class ConnectionEvents {
 public:
  // The connection is made and takes the request. Only for leases that began by connecting.
  virtual void on_connected() = 0;
  // A head of the answer: 1xx (any number), then the final one. Views are valid until the turn
  // ends.
  virtual void on_response(const http::ResponseHead& head) = 0;
  virtual void on_response_body(base::Bytes bytes) = 0;
  // The answer is whole. Null trailers: none.
  virtual void on_response_end(const http::Fields* trailers) = 0;
  // What was written is with the kernel again, or half of it.
  virtual void on_connection_writable() = 0;
  // It failed: kConnect, kLocal, kReset, kMalformed or kCut. The lease is still held and must be
  // dropped. Nothing more is heard. What happens to the connection behind the answer's end is not
  // told: it only prevents reuse.
  virtual void on_connection_failed(FailureKind kind) = 0;

 protected:
  ~ConnectionEvents() = default;
};

// An upstream connection of HTTP/1.1. Owned by the worker's Connections; used through a Lease.
// Reading stays on for its whole life: what comes while idle closes it. One thread.
class Connection final : public net::StreamEvents,
                         public net::DeadlineEvents,
                         public base::Retirable,
                         public base::ListHook<Connection, struct ByEndpoint>,
                         public base::ListHook<Connection, struct ByAge> {
 public:
  Connection(Connections& owner, EndpointSlot& slot, net::Wheel& wheel, base::Stamp now);
  ~Connection();

  // The connection was idle before this lease: it may have died unseen.
  [[nodiscard]] bool reused() const { return exchanges_ > 0; }
  // For how long it was, ns; 0 where it was not.
  [[nodiscard]] base::Stamp rested() const { return rested_; }
  [[nodiscard]] bool connected() const { return connected_; }
  // A byte came of the answer to this exchange.
  [[nodiscard]] bool answer_begun() const { return !parser_.fresh(); }
  // Bytes of this exchange that reached the kernel.
  [[nodiscard]] std::uint64_t sent() const { return stream_->written() - written_before_; }
  // Bytes that came of the answer to this exchange, or through its tunnel.
  [[nodiscard]] std::uint64_t received() const { return received_; }

  // What broke it, of a kConnect or kLocal; of a kReset: kReset where it was one, kOther where it
  // was FIN.
  [[nodiscard]] net::StreamError error() const { return error_; }

  // Begins an exchange: the answer will be to a request of `method`, its memory is `arena`, which
  // must live until the lease is dropped. `may_switch`: it asks for another protocol, so that a 101
  // is a final head.
  void begin(http::Method method, base::Arena& arena, const http::HeadLimits& limits,
             ConnectionEvents& events, bool may_switch = false);
  // The answer is a 101. What follows is told to `events` as its body, up to FIN, which is its end;
  // and unlike behind other answers a failure is told behind that end too.
  void become_tunnel(ConnectionEvents& events);
  // Of a tunnel: sends FIN behind what was written.
  void shut_down() { stream_->shut_down(); }
  // Sends; the bytes are read before the turn ends. write_scratch: they lie in the loop's scratch
  // memory.
  void write(base::Bytes bytes) { stream_->write(bytes); }
  void write_scratch(base::Bytes bytes) { stream_->write_scratch(bytes); }
  [[nodiscard]] bool congested() const { return stream_->congested(); }
  [[nodiscard]] std::size_t unsent() const { return stream_->queued() + stream_->gathered(); }
  // Stops and restarts the answer's bytes.
  void pause() { stream_->pause(); }
  void resume() { stream_->resume(); }

  void on_connected() override;
  void on_bytes(base::Bytes bytes) override;
  void on_end() override;
  void on_writable() override;
  void on_error(net::StreamError error) override;
  void on_deadline(net::Deadline& deadline) override;
  void dispose() override;

 private:
  friend class Connections;
  friend class Lease;

  void fail(FailureKind kind);
  [[nodiscard]] bool idle() const { return events_ == nullptr; }
  // The answer allows another exchange behind it.
  [[nodiscard]] bool reusable() const;
  // Until when it may wait idle, from `now` on: the bounds of the pool and what the backend said.
  [[nodiscard]] base::Stamp idle_until(base::Stamp now) const;

  Connections& owner_;
  const base::Ref<EndpointSlot> slot_;
  net::StreamPtr stream_;
  http::H1Parser parser_;
  ConnectionEvents* events_ = nullptr;  // null while idle
  net::Deadline idle_deadline_;
  base::Stamp made_;
  base::Stamp idle_since_ = 0;
  base::Stamp rested_ = 0;
  base::Stamp idle_bound_ =
      base::kNever;  // ns; what the backend's Keep-Alive leaves, kNever: it said nothing
  std::uint64_t written_before_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t exchanges_ = 0;  // finished on it
  net::StreamError error_ = net::StreamError::kOther;
  bool connected_ = false;
  bool answer_whole_ = false;  // kEnd was read, and nothing behind it
  bool is_tunnel_ = false;
  bool ended_ = false;  // FIN, an error or stray bytes were met: nothing is read any more, no reuse
};

// The right to use a connection for one exchange. Move-only. Dropping it closes the connection (its
// exchange did not end well) unless it was given back.
class Lease {
 public:
  Lease() = default;
  explicit Lease(Connection& connection) : connection_(&connection) {}
  Lease(Lease&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)), place_(std::move(other.place_)) {}
  Lease& operator=(Lease&& other) noexcept {
    if (this != &other) {
      drop();
      connection_ = std::exchange(other.connection_, nullptr);
      place_ = std::move(other.place_);
    }
    return *this;
  }
  ~Lease() { drop(); }

  // Has the lease hold on to this place of its endpoint, from now to its end.
  void carry(Place place) { place_ = std::move(place); }
  // For another lease on the same endpoint, which follows at once.
  Place take_place() { return std::move(place_); }

  Connection* operator->() const { return connection_; }
  explicit operator bool() const { return connection_ != nullptr; }
  // The exchange is over and the request was sent whole: the connection becomes idle, or is closed
  // where the answer does not allow reuse.
  void give_back();
  // Closes the connection.
  void drop();
  // Closes it by RST: the backend sees a cut, never a clean end.
  void reset();

 private:
  Connection* end();

  Connection* connection_ = nullptr;
  Place place_;  // empty where the pool counts none
};

}  // namespace weir::upstream
