#pragma once

#include <memory>
#include <string_view>

#include "backend/instance.h"
#include "http/handler.h"
#include "net/turn.h"
#include "net/wheel.h"

namespace weir::backend {

// What the handlers of one worker are made from. All of it outlives them.
struct Makings {
  Instance& instance;
  net::Turns& turns;
  net::Wheel& wheel;
};

using HandlerPtr = std::unique_ptr<http::Handler>;

// The handlers, one per path. They answer any method (HEAD as GET without the body), read the
// request's body to its end first and drop it, unless said otherwise, and answer 400 to parameters
// that they cannot read. One thread.

// "/": who answers, and what may be asked.
HandlerPtr make_home(const Makings& makings);
// 404 to everything.
HandlerPtr make_not_found(const Makings& makings);
// "/healthz": 200 or 503. POST ?fail=1 has it fail, ?fail=1&times=N for N answers, ?fail=0 no more.
HandlerPtr make_health(const Makings& makings);
// "/users/", "/orders/", "/payments/" and an id: a made-up record, the same for the same id.
HandlerPtr make_users(const Makings& makings);
HandlerPtr make_orders(const Makings& makings);
HandlerPtr make_payments(const Makings& makings);
// "/status/CODE": that status, 200 to 599; ?retry_after=SECONDS and ?location=URI set these fields.
HandlerPtr make_status(const Makings& makings);
// "/early": answers before the request's body was read.
HandlerPtr make_early(const Makings& makings);
// "/trailers": a chunked answer with two trailer fields.
HandlerPtr make_trailers(const Makings& makings);
// "/echo": the request line and the fields as text lines, an empty line, then the body as it comes;
// trailers behind it as lines.
HandlerPtr make_echo(const Makings& makings);
// "/bytes/N": N bytes of the pattern; ?chunked=1 without telling the length.
HandlerPtr make_bytes(const Makings& makings);
// "/close": breaks off after ?after=N bytes of ?length=M (or of a chunked answer with ?chunked=1).
HandlerPtr make_close(const Makings& makings);
// "/delay/MS": answers MS milliseconds after the request was read.
HandlerPtr make_delay(const Makings& makings);
// "/drip": ?count= pieces of ?size= bytes of the pattern, ?ms= apart; count 0: without end.
HandlerPtr make_drip(const Makings& makings);
// "/events": the same as server-sent events.
HandlerPtr make_events(const Makings& makings);
// "/drain": reads the body and tells its length and its FNV-1a checksum (64 bits); ?ms= pauses so
// long behind each piece.
HandlerPtr make_drain(const Makings& makings);

// What is behind `prefix` in the path of a request, as received: one segment, not empty. Else
// empty.
std::string_view parameter(const http::Request& request, std::string_view prefix);

}  // namespace weir::backend
