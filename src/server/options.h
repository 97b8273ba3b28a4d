#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clock.h"

namespace weir::server {

// Bounds on what a client may ask for (YAML: limits).
struct Limits {
  std::uint64_t connections =
      10000;  // downstream connections of the process; more wait in the kernel's queue
  std::uint64_t per_client = 0;         // of them, of one client (client_table.h); 0: no bound
  std::size_t header_size = 32 * 1024;  // bytes of all field lines; over it: 431
  std::size_t headers = 100;            // field lines; over it: 431
  std::size_t uri = 8 * 1024;           // bytes of the request line; over it: 414
  std::uint64_t body = std::uint64_t{1} << 30;  // bytes of a request body; over it: 413
  std::size_t pipeline = 16;  // requests that wait behind the one under way before reading pauses
  std::uint64_t requests_per_connection =
      10000;  // then Connection: close; nginx keepalive_requests
  std::size_t buffer_per_stream =
      256 * 1024;  // bytes queued on a stream before its source is paused
  // Bytes queued on all streams of the process before those that have any pause theirs.
  std::uint64_t buffers = std::uint64_t{1} << 30;

  bool operator==(const Limits&) const = default;
};

// Deadlines on the client's side (YAML: timeouts). Zero: none.
struct Timeouts {
  base::Duration client_header{10'000};   // the whole head: from accept, later from its first byte
  base::Duration client_body{30'000};     // between two advances of the request body
  base::Duration client_idle{75'000};     // between two requests
  base::Duration client_write{30'000};    // between two advances of the response
  base::Duration linger{5'000};           // lingering close: without a byte; 30 s in all
  base::Duration tunnel_idle{3'600'000};  // a tunnel without a byte in either direction
  base::Duration drain{30'000};           // graceful stop: then what is still open is cut
  base::Duration drain_delay{0};          // /readyz says 503 for so long before listeners drain

  bool operator==(const Timeouts&) const = default;
};

// What a FIN behind a whole request means (YAML: half_close).
enum class HalfClose : std::uint8_t {
  kFinish,  // answer it; only a failed write shows that the client is gone
  kAbort,   // the client has left: abandon the exchange (499), as nginx and Envoy
};

}  // namespace weir::server
