#pragma once

#include <cstddef>
#include <cstdint>

#include "http/failure.h"
#include "http/fields.h"
#include "http/message.h"

namespace weir::http {

// What the fields say about the message itself, gathered in one pass. Pointers live as long as the
// Fields.
struct ControlFields {
  const Field* host = nullptr;    // the first of each
  const Field* length = nullptr;  // Content-Length
  const Field* coding = nullptr;  // Transfer-Encoding
  bool host_repeated = false;
  bool length_repeated = false;
  bool coding_repeated = false;
  bool close = false;             // Connection: close
  bool keep_alive = false;        // Connection: keep-alive
  bool names_upgrade = false;     // Connection: upgrade
  bool upgrade = false;           // an Upgrade field
  bool expects_continue = false;  // Expect: 100-continue
  bool expects_other = false;     // any other expectation
  std::size_t options = 0;        // options named by Connection, all of them
};

// More connection options than this in one head are refused: each must be looked up among the
// fields.
inline constexpr std::size_t kConnectionOptionsMax = 64;

ControlFields control_fields(const Fields& fields);

// How long a body is, or why that is in doubt.
struct BodyRule {
  Reason reason = Reason::kNone;  // kBadFraming: refuse the message and close
  Framing framing = Framing::kNone;
  std::uint64_t length = 0;
  bool reusable = true;  // false: bytes may follow that belong to no message; the connection
                         // carries no other one
};

// Of a request (RFC 9112 section 6). Refused, even where the RFC would allow a recovery:
// Content-Length that is repeated, a list, signed or not a number; Transfer-Encoding that is
// repeated or anything but the word "chunked", beside a Content-Length, or in HTTP/1.0.
BodyRule request_body(const ControlFields& control, Version version);

// Of the answer with `status` to a request of `method` (RFC 9112 section 6.3). The same is refused
// as in a request, and any framing of a 1xx. In answers to HEAD and in 304, kLength tells the
// length that the body would have had; no body follows (see may_have_body).
BodyRule response_body(const ControlFields& control, Version version, unsigned status,
                       Method method);

// The sender wants the connection to stay (RFC 9112 section 9.3).
bool keeps_alive(const ControlFields& control, Version version);

// The Host rules of RFC 9112 section 3.2: exactly one in HTTP/1.1, at most one in 1.0. kBadHost or
// kNone.
Reason check_host_count(const ControlFields& control, Version version);

}  // namespace weir::http
