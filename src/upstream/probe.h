#pragma once

#include <cstddef>
#include <string>

#include "base/arena.h"
#include "base/clock.h"
#include "http/h1_parser.h"
#include "http/head_limits.h"
#include "net/stream.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "upstream/endpoint.h"
#include "upstream/health_options.h"
#include "upstream/health_record.h"

namespace weir::upstream {

// Hears how a probe ended.
class ProbeEvents {
 public:
  // Once for each start(), from the loop, never inside of start(). The probe must not be destroyed
  // or started again inside of it, but may be at the end of the turn.
  virtual void on_probe_end(const ProbeResult& result) = 0;

 protected:
  ~ProbeEvents() = default;
};

// One question to an endpoint over a connection of its own: does it accept, and does it answer as
// expected? An answer must come whole within the timeout; of a longer one than kBytesMax only so
// much is looked at. Used again and again. One thread.
class Probe final : public net::StreamEvents, public net::DeadlineEvents {
 public:
  // Of an answer, its head included.
  static constexpr std::size_t kBytesMax = 128 * 1024;

  // Both outlive it.
  Probe(net::Turns& turns, net::Wheel& wheel) : turns_(turns), deadline_(wheel, *this) {}
  // Gives up, if under way; nothing is heard.
  ~Probe() = default;
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  // Begins. Not while it is under way.
  void start(net::Connector& connector, const Endpoint& endpoint, const HealthCheckOptions& options,
             ProbeEvents& events);

  void on_connected() override;
  void on_bytes(base::Bytes bytes) override;
  void on_end() override;
  void on_writable() override {}
  void on_error(net::StreamError error) override;
  void on_deadline(net::Deadline& deadline) override;

 private:
  [[nodiscard]] bool expected(unsigned status) const;
  void search(base::Bytes piece);
  // What the answer says, as far as it was read.
  void judge();
  void fail(std::string reason) { end({ProbeResult::Kind::kFailed, std::move(reason)}); }
  void end(const ProbeResult& result);

  net::Turns& turns_;
  net::Deadline deadline_;
  base::Stamp due_ = 0;  // of the deadline
  bool late_ = false;    // the loop missed the deadline, and it was given another
  ProbeEvents* events_ = nullptr;
  HealthCheckOptions options_;
  net::StreamPtr stream_;
  std::string request_;
  base::Arena arena_{2048};
  http::HeadLimits limits_;
  http::H1Parser parser_;
  std::size_t read_ = 0;
  bool found_ = false;  // options_.body
  std::string tail_;    // the last bytes of the body, where it may begin
};

// The request of an HTTP probe.
std::string probe_request(const Endpoint& endpoint, const HealthCheckOptions& options);

}  // namespace weir::upstream
