#pragma once

#include <cstdint>
#include <string_view>

#include "http/fields.h"
#include "http/method.h"

namespace weir::http {

enum class Version : std::uint8_t { kHttp10, kHttp11 };

// "HTTP/1.0", "HTTP/1.1".
constexpr std::string_view text_of(Version version) {
  return version == Version::kHttp10 ? "HTTP/1.0" : "HTTP/1.1";
}

// How long a message's body is (RFC 9112 section 6).
enum class Framing : std::uint8_t {
  kNone,        // no body at all
  kLength,      // exactly content_length bytes (may be 0)
  kChunked,     // until the message says so; what follows may have trailers
  kUntilClose,  // responses only: until the connection is closed
};

// The head of a request, neutral to the version that carried it. All views live as long as the
// exchange's arena.
struct RequestHead {
  std::string_view method_text;  // as received
  std::string_view target;       // as received: origin-form, absolute-form, or "*"
  std::string_view authority;  // host[:port] as received, valid: absolute-form's, else Host; empty
                               // in HTTP/1.0 without
  std::string_view
      host;  // of authority: lower case, no port, no trailing dot, brackets kept for IPv6
  std::string_view path;  // raw path as received, without query; "/" for an absolute-form without;
                          // "*" for OPTIONS *
  std::string_view normal_path;  // path in its normal form (DESIGN: Paths); what routing matches
  std::string_view query;        // behind the "?", without it; see has_query
  Fields fields;                 // all, as received, in order
  std::uint64_t content_length = 0;
  Method method = Method::kOther;
  Version version = Version::kHttp11;
  Framing framing = Framing::kNone;
  bool has_query = false;
  bool path_rewritten = false;   // the raw path held dot segments: send normal_path, not path
  bool keep_alive = true;        // the client wants the connection to stay (RFC 9112 section 9.3)
  bool expect_continue = false;  // Expect: 100-continue, from an HTTP/1.1 client
  bool upgrade = false;          // Upgrade, named by Connection, from an HTTP/1.1 client
};

// The head of a response. Views are valid as its giver says.
struct ResponseHead {
  unsigned status = 0;
  std::string_view reason;  // reason phrase as received; empty: the usual one of the status
  Fields fields;
  std::uint64_t content_length = 0;
  // In answers to HEAD and in 304, kLength tells the length that the body would have had; none
  // comes.
  Framing framing = Framing::kNone;
  Version version = Version::kHttp11;
  bool keep_alive =
      true;  // the backend's connection may carry another exchange, as far as the head says
  bool forwarded = false;  // read from a backend, not made by weir: Via is added, Server is not
};

// A head that another head follows: 1xx, but for the 101 behind which the protocol is another.
constexpr bool is_interim(unsigned status) { return status < 200 && status != 101; }

// A body can come with this status and this method (RFC 9110 section 6.4.1). Behind a 101 comes
// what the new protocol says, until the connection is closed.
constexpr bool may_have_body(unsigned status, Method method) {
  return method != Method::kHead && !is_interim(status) && status != 204 && status != 304;
}

// The usual reason phrase of a status, or "" for one without.
std::string_view reason_of(unsigned status);

}  // namespace weir::http
