#pragma once

#include <cstdint>
#include <string_view>

namespace weir::http {

// Why weir itself answered, cut or refused; the `reason` label of
// weir_http_requests_rejected_total.
enum class Reason : std::uint8_t {
  kNone,
  // the client's request
  kBadRequest,            // malformed head, target or fields: 400
  kBadFraming,            // doubt about where the message ends: 400
  kBadHost,               // missing, repeated or malformed Host: 400
  kBadPath,               // climbs above the root, %00, broken escapes: 400
  kBadBody,               // malformed chunked body or trailers: 400
  kUriTooLong,            // 414
  kHeaderTooLarge,        // 431, by bytes
  kTooManyHeaders,        // 431, by count
  kBodyTooLarge,          // 413
  kExpectation,           // 417
  kBadUpgrade,            // 400: a wrong WebSocket handshake
  kUpgradeVersion,        // 426: another version of WebSocket than 13
  kMethodNotImplemented,  // CONNECT, TRACE, or a method token that is too long: 501, 405
  kVersion,               // 505
  kMisdirected,           // 421: https, which this connection is not
  kNoRoute,               // 404
  kMethodNotAllowed,      // 405
  kClientHeadTimeout,     // 408
  kClientBodyTimeout,     // 408
  kClientClosed,          // 499: the client left before the answer was whole
  kTunnelIdle,            // a tunnel without a byte for timeouts.tunnel_idle; its status stays 101
  // the backends
  kNoEndpoint,              // 503: nobody to try
  kEndpointsFull,           // 503: each endpoint has max_conns requests under way
  kQueueFull,               // 503: the same, and queue.size requests wait already
  kQueueTimeout,            // 503: no endpoint had a place for it within queue.timeout
  kUpstreamConnect,         // 502: refused or unreachable
  kUpstreamConnectTimeout,  // 504
  kUpstreamReset,           // 502: closed or reset before the answer
  kUpstreamMalformed,       // 502: the answer is not valid HTTP, or too large
  kUpstreamTimeout,         // 504: no first byte, or a stall before the head was whole
  kUpstreamCut,    // the answer broke off after its head went out: the client's connection is cut
  kNoDescriptors,  // 503: weir itself has none left to connect with
  kNoPorts,        // 503: no local port is left
  kNoMemory,       // 503: the kernel has none for a socket
  kRouteTimeout,   // 504: the route's own deadline
  kShuttingDown,   // 503
  kCount
};

// The label text of a reason, as in metrics and logs ("bad_request", ...).
std::string_view text_of(Reason reason);

// The status that a reason usually means, as written beside it above; 0 for kNone, 502 for
// kUpstreamCut.
unsigned status_of(Reason reason);

// The deadlines by which weir gives up waiting; the `phase` label of weir_timeouts_total.
enum class Phase : std::uint8_t {
  kClientHeader,
  kClientBody,
  kClientIdle,
  kClientWrite,
  kTunnelIdle,
  kLinger,
  kUpstreamQueue,
  kUpstreamConnect,
  kUpstreamFirstByte,
  kUpstreamRead,
  kUpstreamWrite,
  kUpstreamTry,
  kRoute,
  kDrain,
  kCount
};

// The label text of a phase, the name of the key that sets it ("client_header",
// "upstream_first_byte", ...).
std::string_view text_of(Phase phase);

// Why a try that failed before the answer's head was the last; the keys are those of an upstream's
// retry.
enum class NotRetried : std::uint8_t {
  kNone,       // it did not fail, or was tried again
  kNotListed,  // the failure is not in `on`
  kMethod,     // it may have been carried out, and is not among `methods`
  kBody,       // more came of the body than replay_body
  kAttempts,   // `attempts` are used up
  kEndpoints,  // each endpoint failed before a byte was sent
  kBudget,     // `budget` and min_per_second are used up
  kCount
};

// A request that weir answers (or cuts) itself.
struct Failure {
  unsigned status = 0;
  Reason reason = Reason::kNone;
  unsigned retry_after_s = 0;  // Retry-After in seconds; 0: none
  std::string_view allow;      // Allow of a 405; lives as long as the exchange's arena
};

}  // namespace weir::http
