#pragma once

#include <string_view>

#include "base/bytes.h"
#include "http/handler.h"
#include "net/turn.h"
#include "proxy/options.h"
#include "upstream/connection.h"

namespace weir::proxy {

// The Host that a try on the endpoint of this name gets: by the route's rule, else the client's
// authority, else, of an HTTP/1.0 client that gave none, the endpoint's name.
std::string_view sent_host(const http::Request& request, const ProxyOptions& options,
                           std::string_view endpoint);

// Puts one request on a connection as HTTP/1.1 (RFC 9112): head, body pieces in the framing the
// head promised, end. Body bytes are not copied. For the length of a call; all it is given must
// live until the turn ends. One thread.
class RequestSender {
 public:
  RequestSender(const http::Request& request, upstream::Lease& to, net::Turns& turns)
      : request_(request), to_(to), turns_(turns) {}

  // As the route's options have it; `endpoint`: the backend's own name.
  void head(const ProxyOptions& options, std::string_view endpoint);
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
