#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "http/handler.h"
#include "http/template.h"
#include "net/turn.h"
#include "upstream/connection.h"

namespace weir::proxy {

// Puts one request on a connection as HTTP/1.1 (RFC 9112): head, body pieces in the framing the
// head promised, end. Body bytes are not copied. For the length of a call; all it is given must
// live until the turn ends. One thread.
class RequestSender {
 public:
  RequestSender(const http::Request& request, upstream::Lease& to, net::Turns& turns)
      : request_(request), to_(to), turns_(turns) {}

  // `host`: the Host to send; none: the client's authority, and `endpoint`, the backend's own name,
  // where an HTTP/1.0 client gave none.
  void head(const std::optional<http::Template>& host, std::string_view endpoint);
  // Bytes of the body; none of them ends nothing.
  void body(base::Bytes bytes);
  // The request is whole. `trailers`: null for none; dropped where the framing has no room for
  // them.
  void end(const http::Fields* trailers);

 private:
  const http::Request& request_;
  upstream::Lease& to_;
  net::Turns& turns_;
};

}  // namespace weir::proxy
