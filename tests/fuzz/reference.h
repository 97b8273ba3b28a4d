#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A second opinion on HTTP/1.1 messages, for the fuzzers: small, slow, strict, and written from
// RFC 9110, 9112 and 3986 and from what weir promises (docs/security.md), with nothing of src in
// it. It reads whole bytes, copies everything, and judges by lines.
namespace weir::fuzz {

// What is to become of a message.
enum class Verdict : std::uint8_t {
  kAccept,  // valid, and nothing in it is in doubt: to be read, as told here
  kEither,  // may be refused; where it is read, then as told here
  kRefuse,  // must be refused
  kMore,    // the bytes end within it: no more can be said
};

// Bounds on a head, as http::HeadLimits has them.
struct Bounds {
  std::size_t header_bytes = 0;
  std::size_t header_count = 0;
  std::size_t uri_bytes = 0;
};

using FieldList = std::vector<std::pair<std::string, std::string>>;  // name, value without OWS

struct Message {
  Verdict verdict = Verdict::kAccept;
  std::string why;     // of the first doubt, for people
  bool blank = false;  // nothing but empty lines, more than one: may be refused, or passed over
  bool head = false;   // the head was read: all below but body, trailers and end are right
  std::string method;
  std::string target;
  unsigned status = 0;
  unsigned minor = 1;  // of the version, HTTP/1.minor
  FieldList fields;
  bool keep_alive = true;
  std::string body;     // as far as it came
  FieldList trailers;   // all of them, forbidden ones too
  std::size_t end = 0;  // offset behind the message
};

// The requests in the bytes of one connection, up to the first that is not whole or is refused, or
// whose sender closes.
std::vector<Message> read_requests(std::string_view bytes, const Bounds& bounds);

// What an answer is read with.
struct Asked {
  bool head = false;     // by HEAD
  bool upgrade = false;  // with a wish for another protocol
  bool closed = false;   // the connection ended, orderly, behind the bytes
};

// The answer to one request: interim heads and the final one, which is the last.
std::vector<Message> read_answer(std::string_view bytes, const Bounds& bounds, const Asked& asked);

// Host and an authority: uri-host [ ":" port ] (RFC 9110 section 7.2).
Verdict judge_host(std::string_view text);
// A request target, in all its forms (RFC 9112 section 3.2).
Verdict judge_target(std::string_view method, std::string_view target);
// The normal form of a path that begins with "/" (RFC 3986 section 6.2.2): unreserved characters
// decoded, other escapes in upper case, runs of slashes as one, no dot segments. Nothing where it
// climbs above the root, holds a NUL or a broken escape.
std::optional<std::string> normal_path(std::string_view path);

}  // namespace weir::fuzz
