#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/counter.h"

namespace weir::upstream {

// Why a try failed; the `reason` label of weir_upstream_failures_total and _retries_total.
enum class FailureKind : std::uint8_t {
  kConnect,         // refused or unreachable
  kConnectTimeout,  // timeouts.connect passed
  kReset,           // closed or reset before the answer's head was whole
  kTimeout,         // first_byte, read or write passed before the answer's head was whole
  kMalformed,       // the answer is not valid HTTP
  kStatus,          // a listed status
  kLocal,           // no connection could be begun for want of our own descriptors, ports or memory
  kCut,             // broke off after the answer's head
  kCount
};

// The label text of a kind ("connect", "connect_timeout", ...).
std::string_view text_of(FailureKind kind);

// What one worker counts of one endpoint. The gauges are kept by Connections, the others by whoever
// makes the try. Written by its worker, read by any thread; never moves.
struct alignas(64) EndpointStats {
  base::CodeCounts codes;            // answers by status
  base::Counter duration_ns;         // sum over answers, from the try's start to the answer's end
  base::Counter answers;             // how many duration_ns holds
  base::Counter in_flight;           // gauge: leases out
  base::Counter connections_active;  // gauge: leased or connecting
  base::Counter connections_idle;    // gauge
};

// What one worker counts of one pool: `connect` and what idles by Connections, `queue_length` by
// WaitQueue, the others by whoever makes the try. Written by its worker, read by any thread; never
// moves.
struct alignas(64) PoolStats {
  base::Histogram duration;    // answers: from the try's start to the answer's end
  base::Histogram connect;     // connections made
  base::Histogram first_byte;  // from the request's head being sent to the answer's first byte
  std::array<base::Counter, static_cast<std::size_t>(FailureKind::kCount)> failures;
  std::array<base::Counter, static_cast<std::size_t>(FailureKind::kCount)> retries;
  base::Counter retries_refused;  // wanted, and refused by the budget
  base::Counter picks_full;       // requests that found each endpoint at its max_conns
  base::Counter queue_full;       // of those, the ones that found queue.size waiting too
  base::Counter queue_length;     // gauge: requests that wait
  base::Counter uploads_full;     // request bodies paused at limits.buffer_per_stream
  base::Counter idle_full;        // idle connections closed at keepalive.idle
  base::Counter idle_total_full;  // at keepalive.idle_total, for one of this pool
  base::Counter bodies_over;      // tries not repeated for a body over retry.replay_body
};

// How look-ups of names ended. Written by the control thread, read by any.
struct LookupStats {
  base::Counter ok;
  base::Counter none;  // NXDOMAIN and NODATA
  base::Counter timeout;
  base::Counter error;
};

}  // namespace weir::upstream
