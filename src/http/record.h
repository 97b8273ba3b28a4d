#pragma once

#include <cstdint>
#include <string_view>

#include "base/arena.h"
#include "base/clock.h"
#include "http/failure.h"

namespace weir::http {

// One endpoint asked for an exchange. A stamp is 0 where the try did not come as far.
struct Try {
  std::string_view endpoint;  // its address
  base::Stamp began = 0;
  base::Stamp connected = 0;  // `began` where a kept connection was used
  base::Stamp head = 0;       // the final head of the answer was there
  base::Stamp ended = 0;      // it failed, or another try followed; 0: it ended with the exchange
  unsigned status = 0;  // of the answer's head; without one what its failure means; 0: neither
  std::uint64_t received = 0;   // bytes of the answer, heads and body as on the wire
  const Try* before = nullptr;  // the try before this one; null: it was the first
};

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
  unsigned attempts = 0;             // tries that were made
  NotRetried not_retried = NotRetried::kNone;  // of the last try
  Try last_try;                                // of no meaning while there were no attempts
  std::string_view sent_head;  // the final head as sent; kept only where a log asks for it

  // A try begins. `endpoint` lives until the next one begins or the exchange is over; what is known
  // of an earlier try goes to the arena, the exchange's own.
  void begin_try(std::string_view endpoint, base::Stamp now, base::Arena& arena) {
    if (attempts++ != 0) keep_try(arena);
    last_try.endpoint = endpoint;
    last_try.began = now;
  }

 private:
  void keep_try(base::Arena& arena);
};

}  // namespace weir::http
