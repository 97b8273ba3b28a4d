#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/template.h"
#include "net/address.h"
#include "upstream/health_options.h"

namespace weir::upstream {

// One backend of a pool (YAML: an entry of endpoints).
struct EndpointOptions {
  net::Address address;
  unsigned weight = 1;     // share of traffic relative to the others; 1..65535
  unsigned max_conns = 0;  // requests under way to it over all workers; 0: no bound
  bool backup = false;     // only used when no other endpoint is available
  bool down = false;       // never used

  bool operator==(const EndpointOptions&) const = default;
};

// What failures may be tried again elsewhere (YAML: retry.on).
struct RetryOn {
  bool connect = true;     // refused, unreachable, late, or nothing of our own left to open
  bool reset = true;       // closed or reset before the answer's head
  bool timeout = true;     // first_byte, write or per_try_timeout passed before the answer's head
  bool malformed = false;  // the answer is not valid HTTP
  std::vector<unsigned> statuses;  // answers of these statuses

  bool operator==(const RetryOn&) const = default;
};

// Which requests may be sent twice (YAML: retry.methods).
enum class RetryMethods : std::uint8_t {
  kIdempotent,  // by their method, RFC 9110 section 9.2.2
  kAll,
  kListed,  // RetryOptions::listed_methods
};

// When and how often a request is tried again (YAML: retry).
struct RetryOptions {
  unsigned attempts = 2;  // tries that sent bytes, the first included
  RetryOn on;
  RetryMethods methods = RetryMethods::kIdempotent;
  std::vector<std::string> listed_methods;  // tokens, case-sensitive
  unsigned budget_percent = 20;             // retries as a share of requests
  unsigned min_per_second = 10;             // retries that are always allowed, over all workers
  base::Duration backoff{25};               // before the second retry and later ones, with jitter
  base::Duration per_try_timeout{0};        // from a try's start to the answer's head; zero: none
  std::uint64_t replay_body = 64 * 1024;    // bytes of request body kept for a retry

  bool operator==(const RetryOptions&) const = default;
};

// Idle upstream connections (YAML: keepalive).
struct KeepaliveOptions {
  unsigned idle = 64;                   // kept idle, per endpoint and worker; 0: none
  unsigned idle_total = 4096;           // per worker over all pools; the oldest is closed first
  base::Duration idle_timeout{60'000};  // an idle one is closed
  base::Duration max_age{600'000};      // an older one is not used again
  std::uint64_t max_requests = 10000;   // then it is closed; 0: no bound

  bool operator==(const KeepaliveOptions&) const = default;
};

// Requests that wait while each endpoint has max_conns under way (YAML: queue).
struct QueueOptions {
  unsigned size = 0;              // of them, over all workers; 0: none waits
  base::Duration timeout{1'000};  // then it is refused; zero: no bound

  bool operator==(const QueueOptions&) const = default;
};

// Deadlines toward the backend (YAML: an upstream's timeouts). Zero: none.
struct UpstreamTimeouts {
  base::Duration connect{3'000};
  base::Duration first_byte{60'000};  // from the end of the request to the answer's first byte
  base::Duration read{60'000};        // between two advances of the answer
  base::Duration write{60'000};       // between two advances of the request

  bool operator==(const UpstreamTimeouts&) const = default;
};

// What becomes of requests while health checks find no endpoint up (YAML: when_down).
enum class WhenDown : std::uint8_t {
  kFail,   // 503 with Retry-After, at once
  kPanic,  // they are spread over all, as if none were down
};

// What becomes of the tunnels of an endpoint that goes down (YAML: on_down).
enum class OnDown : std::uint8_t { kKeep, kCloseTunnels };

// How endpoints are chosen.
enum class BalanceBy : std::uint8_t {
  kRoundRobin,
  kLeastConn,
  kP2c,
  kHash,    // of BalanceOptions::key
  kIpHash,  // of the client's network: three octets of IPv4, all of IPv6 (nginx, ip_hash)
};

// YAML: balance.
struct BalanceOptions {
  BalanceBy by = BalanceBy::kRoundRobin;
  http::Template key;            // of kHash
  unsigned bounded_percent = 0;  // of kHash: most load, relative to the average; 0: no bound

  bool operator==(const BalanceOptions&) const = default;
  // The same balancer serves both; the key may differ.
  [[nodiscard]] bool same_balancer(const BalanceOptions& other) const {
    return by == other.by && bounded_percent == other.bounded_percent;
  }
};

// A pool as configured (YAML: an entry of upstreams).
struct PoolOptions {
  std::string name;
  std::vector<EndpointOptions> endpoints;
  std::optional<HealthCheckOptions> health_check;  // none: endpoints are not probed
  WhenDown when_down = WhenDown::kFail;
  BalanceOptions balance;
  unsigned max_fails = 3;  // failures within fail_timeout that put an endpoint aside; 0: never
  base::Duration fail_timeout{10'000};
  OnDown on_down = OnDown::kKeep;
  RetryOptions retry;
  QueueOptions queue;
  KeepaliveOptions keepalive;
  UpstreamTimeouts timeouts;

  bool operator==(const PoolOptions&) const = default;
};

}  // namespace weir::upstream
