#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/failure.h"
#include "http/message.h"

namespace weir::http {

// The first line of a message, told by offsets, so that it stays true when the bytes move (RFC 9112
// sections 3 and 4). Pure: no state, any thread.
struct StartLine {
  Version version = Version::kHttp11;
  std::size_t method_size = 0;   // requests: the method is [0, method_size)
  std::size_t target_begin = 0;  // requests
  std::size_t target_size = 0;
  unsigned status = 0;           // responses
  std::size_t reason_begin = 0;  // responses; the phrase goes to the end of the line
};

// Looks at a request line that has only begun. `line` starts at the method; what a later byte
// cannot mend is told at once: kBadRequest where no method token can be there (a TLS ClientHello,
// HTTP/2 over clear text is a token), kMethodNotImplemented for a token above kMethodMax. kNone: so
// far so good.
Reason check_method(std::string_view line);

// The same for a status line: it must begin as "HTTP/1.".
Reason check_status(std::string_view line);

// Parses a whole request line without its CRLF. One space between the parts, no other white space
// (section 3: "no whitespace is allowed in the request-target"). kVersion for a well-formed version
// other than 1.0 and 1.1, kMethodNotImplemented for CONNECT, else kBadRequest. The target's bytes
// are checked by parse_target.
Reason parse_request_line(std::string_view line, StartLine& out);

// Parses a whole status line without its CRLF. kBadRequest where it is not one of HTTP/1.0 or 1.1
// with a status from 100 to 599. A missing space behind the status is let pass: many servers leave
// it out, nothing is in doubt.
Reason parse_status_line(std::string_view line, StartLine& out);

}  // namespace weir::http
