#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/counter.h"
#include "http/failure.h"
#include "http/method.h"

namespace weir::server {

// Why a downstream connection was closed; the `reason` label of weir_connections_closed_total.
enum class CloseReason : std::uint8_t {
  kClient,    // the client closed or reset it
  kIdle,      // timeouts.client_idle passed
  kTimeout,   // another of the client's deadlines passed
  kFinished,  // after an answer that said so (Connection: close, HTTP/1.0,
              // limits.requests_per_connection)
  kRefused,   // after a request that weir refused
  kCut,       // an answer could not be completed
  kDrain,     // weir stops
  kCount
};

// The label text of a reason ("client", "idle_timeout", ...).
std::string_view text_of(CloseReason reason);

// Bounds that were met; the `limit` label of weir_limit_hits_total. Named as their keys.
enum class Limit : std::uint8_t {
  kConnections,  // of the process or of a listener: clients wait
  kPerClient,
  kDescriptors,  // no key: the process may open no more (RLIMIT_NOFILE), and clients wait
  kHeaderSize,
  kHeaders,
  kUri,
  kBody,
  kPipeline,  // requests wait behind another one, or 64 KiB of them: no more is read
  kRequestsPerConnection,
  kBufferPerStream,
  kBuffers,
  kCount
};

// The label text of a limit, the name of its key ("connections", ...).
std::string_view text_of(Limit limit);

// What one worker counts of one route. All blocks here: written by their worker, read by any
// thread, never moved.
struct alignas(64) RouteStats {
  base::CodeCounts codes;
  base::Histogram
      duration;  // from the request's first byte to the answer's last byte given to the stream
  base::Counter in_flight;  // gauge
  base::Counter tunnels;    // gauge: those of them that became tunnels
  base::Counter request_bytes;
  base::Counter response_bytes;
};

// What one worker counts of one listener.
struct alignas(64) ListenerStats {
  base::Counter accepted;
  base::Counter open;    // gauge: active and idle
  base::Counter active;  // gauge: with an exchange
  std::array<base::Counter, static_cast<std::size_t>(CloseReason::kCount)> closed;
  std::array<base::Counter, static_cast<std::size_t>(http::Method::kOther) + 1> methods;
};

// What one worker counts over all.
struct alignas(64) WorkerStats {
  std::array<base::Counter, static_cast<std::size_t>(http::Reason::kCount)> rejected;
  std::array<base::Counter, static_cast<std::size_t>(http::Phase::kCount)> timeouts;
  std::array<base::Counter, static_cast<std::size_t>(Limit::kCount)> limit_hits;
};

}  // namespace weir::server
