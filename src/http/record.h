#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "http/failure.h"

namespace weir::http {

// What is known of an exchange when it ends, for metrics and logs. Filled by the session and, for
// the upstream part, by the handler's work. Views live as long as the exchange's arena.
struct Record {
  base::Stamp started = 0;           // first byte of the request
  base::Stamp ended = 0;             // last byte of the answer given to the stream
  unsigned status = 0;               // sent to the client; 499 when it left before
  Reason reason = Reason::kNone;     // where weir itself answered or cut
  Phase timed_out = Phase::kCount;   // kCount: no deadline passed
  std::uint64_t bytes_in = 0;        // request, head and body as on the wire
  std::uint64_t bytes_out = 0;       // response, head and body as on the wire
  std::uint64_t body_bytes_out = 0;  // response body without framing (nginx's $body_bytes_sent)
  std::string_view endpoint;         // address of the endpoint of the last try; empty: none
  unsigned attempts = 0;             // tries that were made
  unsigned upstream_status = 0;      // of the last answer head; 0: none
  NotRetried not_retried = NotRetried::kNone;  // of the last try
};

}  // namespace weir::http
