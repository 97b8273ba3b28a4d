#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/list.h"
#include "base/ref.h"
#include "base/retire.h"
#include "http/handler.h"
#include "net/buffers.h"
#include "net/ip_text.h"
#include "net/resting_socket.h"
#include "net/stream.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "server/early_bytes.h"
#include "server/h1_exchange.h"
#include "server/service.h"
#include "server/site.h"
#include "server/write_watch.h"

namespace weir::server {

// A downstream HTTP/1.x connection: one exchange after the other, pipelined requests in order,
// keep-alive, closing. Owned by the service; frees itself through the retire list. Idle it owns no
// buffer, parser or exchange; idle for kRestAfter, no stream either. One thread.
class H1Session final : public net::StreamEvents,
                        public net::DeadlineEvents,
                        public net::Deferred,
                        public base::Retirable,
                        public base::ListHook<H1Session> {
 public:
  enum class State : std::uint8_t {
    kIdle,       // between requests
    kActive,     // an exchange is on
    kClosing,    // nothing more is read; what was written goes out first
    kLingering,  // our side is shut down; input is discarded, so that the client reads the answer
                 // and not a reset
    kClosed,     // retired
  };

  // A connection that is idle for so long rests: it costs less memory, and the next request on it a
  // few system calls more.
  static constexpr base::Duration kRestAfter{1'000};

  H1Session(Service& service, base::Ref<Site> site, net::StreamPtr stream,
            const net::SocketAddress& peer);

  // It was accepted: its service gives its place back when it goes, and counts it off its client
  // where it is `counted`.
  void holds_place(bool counted) {
    has_place_ = true;
    counted_ = counted;
  }
  [[nodiscard]] bool has_place() const { return has_place_; }
  // Whom it is counted for; kNoClient: nobody.
  [[nodiscard]] ClientKey client() const {
    return counted_ ? client_of(peer_address_.get()) : kNoClient;
  }

  // Starts to read. Once, right after it was made and added to the service.
  void start();
  // Closes at once, whatever is under way.
  void close(CloseReason reason);
  // The service drains: closes when idle, else behind the answers to what was read. A connection
  // that has not carried a request yet gets a moment to bring it.
  void drain();

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] net::Stream& stream() { return *stream_; }
  [[nodiscard]] Site& site() const { return *site_; }
  [[nodiscard]] http::Peer peer() const;
  // This connection's next answer must be its last, by limits.requests_per_connection, a drain, or
  // a client that sends nothing more.
  [[nodiscard]] bool last_answer();

  // From the exchange: the answer is whole or cut; the session goes on at the turn's end.
  void on_answered();
  // From the exchange: it is a tunnel now; what the client sent early goes there at the turn's end.
  void on_upgraded() { service_.turns().defer(*this); }
  // From the exchange: sets the deadline of what the request, or the tunnel, is waiting for now.
  void watch_upload();
  // From the exchange: stops and restarts the request body.
  void pause_body() { pause(kByWork); }
  void resume_body() { resume(kByWork); }

  void on_bytes(base::Bytes bytes) override;
  void on_end() override;
  void on_writable() override;
  void on_error(net::StreamError error) override;
  void on_deadline(net::Deadline& deadline) override;
  void on_turn_end() override;
  void dispose() override;

 private:
  // While closing, and while the last answers have not left.
  struct Leaving {
    WriteWatch watch;
    base::Stamp linger_until = 0;
  };
  // Who wants that nothing is read.
  enum Pause : std::uint8_t {
    kByWork = 1,
    kByEarly = 2,
    kByWrites = 4,  // what was answered has to leave first
  };

  void go(State next);
  base::Bytes feed(base::Bytes bytes);
  void pause(Pause by);
  void resume(Pause by);
  void keep_early(base::Bytes bytes);
  [[nodiscard]] bool has_early() const;
  [[nodiscard]] bool early_full() const;
  [[nodiscard]] bool fresh() const;
  void after_exchange();
  void next_request();
  void take_early();
  void open_tunnel();
  void input_ended();
  void begin_closing(CloseReason reason, bool linger);
  void close_when_flushed();
  void watch_writing();
  void look_at_writing();
  void close_unused();
  void await_request();
  void rest();
  void wake();

  Service& service_;
  const base::Ref<Site> site_;
  net::StreamPtr stream_;  // null only while the socket rests
  net::RestingSocket resting_;
  std::unique_ptr<H1Exchange> exchange_;  // null but while active
  std::unique_ptr<EarlyBytes> early_;     // null: none
  net::IpText peer_address_;
  net::Deadline deadline_;            // header, body, tunnel, idle, write or linger, by state
  std::unique_ptr<Leaving> leaving_;  // null: all has left
  std::uint32_t requests_ = 0;
  std::uint16_t peer_port_;
  State state_ = State::kIdle;
  CloseReason close_reason_ = CloseReason::kClient;
  bool peer_trusted_;
  bool has_place_ = false;
  bool counted_ = false;
  bool peer_ended_ = false;
  bool linger_ = false;
  bool rests_next_ = false;  // what deadline_ is for, while idle
  std::uint8_t pauses_ = 0;  // of Pause
};

}  // namespace weir::server
