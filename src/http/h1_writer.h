#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/field_edits.h"
#include "http/fields.h"
#include "http/message.h"

namespace weir::http {

// Heads are written into memory of the caller: ask the bound, make room for so many bytes, write;
// what is returned is one past the last byte written. Fields go out in their order, with names and
// values as received, but for those that end here (RFC 9110 section 7.6.1): Connection and what it
// names, Keep-Alive, Proxy-Connection, TE, Transfer-Encoding, Upgrade, HTTP2-Settings, and Trailer
// where no trailers can follow. Pure; any thread.

// What weir says in a request it sends on, in place of what it received. Views are only read during
// the call.
struct UpstreamFields {
  std::string_view host;  // Host; must be valid
  std::string_view
      target;  // what is sent as target; empty: path (normal_path where rewritten) and query
  std::string_view
      client;  // the peer's address: set as X-Forwarded-For, or appended to a trusted one
  std::string_view scheme;            // X-Forwarded-Proto
  std::string_view request_id;        // X-Request-ID; empty: what was received goes on
  std::string_view upgrade;           // Upgrade, named by Connection, alone; empty: not asked for
  const FieldEdits* edits = nullptr;  // what they replace does not go out, weir's own included
  Fields edited;                      // goes out instead and besides, last
  bool trusted = false;    // the peer is: its X-Forwarded-*, Forwarded and X-Real-IP go on
  bool forwarded = false;  // say Forwarded (RFC 7239)
  bool expect = false;     // say Expect: 100-continue
  bool close = false;      // say Connection: close
};

// Bytes that suffice for write_request_head().
std::size_t request_head_bound(const RequestHead& head, const UpstreamFields& extra);

// Writes the head as HTTP/1.1, whatever version it came in: the request line, Host, the fields, the
// one framing field that head.framing asks for, X-Forwarded-For, -Proto and -Host, Forwarded where
// asked for, Via, X-Request-ID. `TE: trailers` is passed on where the client said it and no upgrade
// is asked for.
char* write_request_head(char* to, const RequestHead& head, const UpstreamFields& extra);

// What a response says of the connection (RFC 9112 section 9.3).
enum class ConnectionLine : std::uint8_t { kSilent, kClose, kKeepAlive };

// What weir says in a response it sends. Views are only read during the call.
struct DownstreamFields {
  // kLength: Content-Length, as given below; kChunked: Transfer-Encoding; kNone and kUntilClose: no
  // field.
  Framing framing = Framing::kNone;
  std::uint64_t content_length = 0;
  std::string_view date;        // put in where the response has no Date; empty: nothing is (1xx)
  std::string_view server;      // put in where the response has no Server; empty: nothing is
  std::string_view request_id;  // X-Request-ID; empty: what was received goes on
  std::string_view upgrade;     // Upgrade, named by Connection (of a 101 or 426); empty: none
  const FieldEdits* edits = nullptr;  // as in a request
  Fields edited;                      // as in a request; without edits as well
  ConnectionLine connection = ConnectionLine::kSilent;
  bool via = true;  // the response came from a backend
};

// Bytes that suffice for write_response_head().
std::size_t response_head_bound(const ResponseHead& head, const DownstreamFields& extra);

// Writes the head as HTTP/1.1. Where head.reason is empty the usual phrase is written. X-Accel-* of
// a backend, which tell nginx what to do, end here: they name what clients need not know.
char* write_response_head(char* to, const ResponseHead& head, const DownstreamFields& extra);

// Chunked bodies (RFC 9112 section 7.1): a size line, the data, kChunkEnd; at the end the last
// chunk.
inline constexpr std::size_t kChunkSizeBound = 18;
inline constexpr std::string_view kChunkEnd = "\r\n";
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

// Writes the size line of a chunk of `size` bytes, not 0: at most kChunkSizeBound bytes.
char* write_chunk_size(char* to, std::uint64_t size);

// The last chunk with trailers (null: none), without fields that must not be there.
std::size_t last_chunk_bound(const Fields* trailers);
char* write_last_chunk(char* to, const Fields* trailers);

}  // namespace weir::http
