#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/arena.h"
#include "http/handler.h"
#include "http/head_limits.h"
#include "proxy/proxy_handler.h"
#include "support/memory/manual_time.h"
#include "support/memory/memory_connector.h"
#include "support/memory/memory_network.h"
#include "support/memory/memory_peer.h"
#include "upstream/connections.h"
#include "upstream/pool.h"

namespace weir::proxy {

// A proxy handler over a pool of backends in memory, which the test plays by hand. Their ports are
// 9001 and up.
struct Stage {
  explicit Stage(std::size_t backends = 1);
  ~Stage();

  // Makes pool and handler of the options as they are now; before the first client.
  void build();

  // The connection number `index` that was made to a backend, both from 0.
  memory::MemoryPeer& backend(std::size_t number = 0, std::size_t index = 0);
  std::size_t connects(std::size_t number = 0) const;
  static std::uint16_t port(std::size_t number) {
    return static_cast<std::uint16_t>(9001 + number);
  }
  // The backend sends this, and everything that follows from it happens.
  void answer(memory::MemoryPeer& peer, base::Bytes bytes);
  // Makes an idle connection to the first backend by one whole exchange.
  memory::MemoryPeer& warm_up();

  std::uint64_t failures(upstream::FailureKind kind) const;
  std::uint64_t retries(upstream::FailureKind kind) const;
  upstream::PoolStats& stats() { return observed->stats(0); }
  // Leases that are out, over all endpoints.
  std::uint64_t in_flight() const;
  std::uint64_t idle() const { return connections.idle_total(); }

  memory::ManualTime time;
  memory::MemoryNetwork network{time.turns()};
  memory::MemoryConnector connector{network};
  upstream::Connections connections{time.turns(), time.wheel(), connector};
  upstream::PoolOptions options;
  ProxyOptions proxy_options;
  base::SharedRef<upstream::ObservedPool> observed;
  std::vector<base::SharedRef<upstream::Endpoint>> endpoints;
  std::unique_ptr<upstream::Pool> pool;
  std::unique_ptr<ProxyHandler> handler;
};

// A session with one exchange: gives its request to the handler and writes down what it is told, as
// "head 200", "body abc" (neighbours joined), "end", "end a=b", "interim 103", "fail 502
// upstream_reset", "resume".
class Client final : public http::Responder, public http::BodySource {
 public:
  // `head`: of the request, as on the wire but for the empty line. `begin` false: see begin().
  Client(Stage& stage, const std::string& head, bool begin = true);
  // Takes its leave.
  ~Client();

  // Begins, and ends the request at once where it has no body; then lets the network run, where
  // `run` says so.
  void begin(bool run = true);
  // Body bytes; the request is whole. Each in a turn of its own, and the network runs behind it.
  http::Flow send(base::Bytes bytes, bool run = true);
  void finish(std::vector<std::pair<std::string, std::string>> trailers = {});
  // The answer can be written again.
  void writable();
  // Detaches the work and disposes of it.
  void leave();

  [[nodiscard]] const std::vector<std::string>& heard() const { return heard_; }
  // All of it in one line, separated by "; ".
  [[nodiscard]] std::string told() const;
  // It was told an end or a failure, or has left.
  [[nodiscard]] bool over() const { return over_; }
  // Bytes of the body that it gave; the request is whole.
  [[nodiscard]] std::size_t sent() const { return sent_; }
  [[nodiscard]] bool finished() const { return finished_; }
  // The Location of the answer's head.
  [[nodiscard]] const std::string& location() const { return location_; }
  [[nodiscard]] http::Record& record() { return request_.record; }
  http::Request& request() { return request_; }

  // What body() returns.
  http::Flow flow = http::Flow::kGo;
  // Inside the upcall of this kind ("head", "body", ...) the session detaches the work.
  std::string leave_at;

  void interim(const http::ResponseHead& head) override;
  void head(const http::ResponseHead& head) override;
  void upgrade(const http::ResponseHead& head) override;
  void shut_down() override;
  http::Flow body(base::Bytes bytes) override;
  void end(const http::Fields* trailers) override;
  void fail(const http::Failure& failure) override;
  void resume_body() override { hear("resume", ""); }

 private:
  void hear(const std::string& what, const std::string& detail);

  Stage& stage_;
  base::Arena arena_;
  http::Request request_;
  http::WorkPtr work_;
  std::vector<std::string> heard_;
  std::string location_;
  std::size_t sent_ = 0;
  bool left_ = false;
  bool over_ = false;
  bool finished_ = false;
};

}  // namespace weir::proxy
