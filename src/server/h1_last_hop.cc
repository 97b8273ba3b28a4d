// TRACE and OPTIONS in H1Exchange: who may ask, and what weir answers as the last hop.

#include "http/last_hop.h"
#include "server/h1_exchange.h"

namespace weir::server {

using http::Framing;
using http::Method;
using http::Reason;

namespace {

// What is told where the methods of a route are not known.
constexpr std::string_view kUsualMethods = "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH";

}  // namespace

// False where the request goes no further and was answered.
bool H1Exchange::goes_on() {
  const http::RequestHead& head = request_.head;
  if (head.method == Method::kTrace) {
    bool has_body = head.framing == Framing::kChunked || head.content_length != 0;
    // RFC 9110 section 9.3.8: a client must not send content with it.
    http::Failure refused{400, Reason::kBadRequest, 0, {}};
    if (!target_->trace) refused = {405, Reason::kMethodNotImplemented, 0, kUsualMethods};
    if (!target_->trace || has_body) {
      refuse(refused);
      return false;
    }
  }
  switch (http::count_hop(request_.head, arena_)) {
    case http::Hop::kGoesOn:
      return true;
    case http::Hop::kMalformed:
      refuse({400, Reason::kBadRequest, 0, {}});
      return false;
    case http::Hop::kLast:
      break;
  }
  answer_last_hop();
  return false;
}

// As the final recipient (RFC 9110 sections 9.3.7 and 9.3.8).
void H1Exchange::answer_last_hop() {
  http::ResponseHead answer;
  answer.status = 200;
  answer.framing = Framing::kLength;
  base::Bytes body;
  if (request_.head.method == Method::kTrace) {
    body = http::traced(request_.head, arena_);
    answer.fields.add(arena_, "Content-Type", "message/http");
  } else {
    answer.fields.add(arena_, "Allow", kUsualMethods);
  }
  answer.content_length = body.size();
  head_and_body(answer, body);
}

}  // namespace weir::server
