#pragma once

#include "base/arena.h"
#include "http/failure.h"
#include "http/message.h"

namespace weir::http {

// Completes a request head of which method, method_text, version, target and fields are set:
// framing, keep_alive, target parts, authority and host, expectation, upgrade. kNone, or why the
// request is refused (kExpectation is the only one after which the head is whole and valid). Where
// several reasons apply, one of framing is told first. New texts are made in the arena; the others
// are views into what was given.
Reason complete_request(RequestHead& head, base::Arena& arena);

// Completes a response head of which status, version and fields are set: framing and keep_alive.
// kNone or kBadFraming or kBadRequest. A 101 is refused unless `may_switch`, the request asked for
// another protocol; then it is the last head, and what follows goes on until the connection ends.
Reason complete_response(ResponseHead& head, Method method, bool may_switch = false);

}  // namespace weir::http
