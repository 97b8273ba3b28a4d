#include "http/head_rules.h"

#include "http/framing.h"
#include "http/host.h"
#include "http/target.h"

namespace weir::http {
namespace {

// An absolute-form target wins over Host, which must be there and valid all the same (RFC 9112
// section 3.2.2).
Reason fill_authority(RequestHead& head, const ControlFields& control, base::Arena& arena) {
  Reason reason = check_host_count(control, head.version);
  if (reason != Reason::kNone) return reason;
  Host host;
  if (control.host != nullptr) {
    reason = parse_host(control.host->value, arena, host);
    if (reason != Reason::kNone) return reason;
    if (head.authority.empty()) {
      head.authority = control.host->value;
      head.host = host.host;
      return Reason::kNone;
    }
  }
  if (head.authority.empty()) return Reason::kNone;
  reason = parse_host(head.authority, arena, host);
  head.host = host.host;
  return reason;
}

}  // namespace

Reason complete_request(RequestHead& head, base::Arena& arena) {
  ControlFields control = control_fields(head.fields);
  BodyRule body = request_body(control, head.version);
  if (body.reason != Reason::kNone) return body.reason;
  if (control.options > kConnectionOptionsMax) return Reason::kBadRequest;
  head.framing = body.framing;
  head.content_length = body.length;
  head.keep_alive = keeps_alive(control, head.version);
  Reason reason = parse_target(head, arena);
  if (reason == Reason::kNone) reason = fill_authority(head, control, arena);
  if (reason != Reason::kNone) return reason;
  // HTTP/1.0 clients can mean neither Upgrade nor Expect (RFC 9110 sections 7.8 and 10.1.1), and
  // without a body there is nothing to wait for.
  if (head.version == Version::kHttp10) return Reason::kNone;
  head.upgrade = control.upgrade && control.names_upgrade;
  bool has_body = body.framing == Framing::kChunked || body.length != 0;
  head.expect_continue = control.expects_continue && has_body;
  return control.expects_other ? Reason::kExpectation : Reason::kNone;
}

Reason complete_response(ResponseHead& head, Method method, bool may_switch) {
  if (head.status == 101 && !may_switch) return Reason::kBadRequest;
  ControlFields control = control_fields(head.fields);
  BodyRule body = response_body(control, head.version, head.status, method);
  if (body.reason != Reason::kNone) return body.reason;
  if (control.options > kConnectionOptionsMax) return Reason::kBadRequest;
  head.framing = body.framing;
  head.content_length = body.length;
  head.keep_alive = body.reusable && keeps_alive(control, head.version);
  if (head.status != 101) return Reason::kNone;
  if (!control.upgrade || !control.names_upgrade || head.version == Version::kHttp10) {
    return Reason::kBadRequest;
  }
  head.framing = Framing::kUntilClose;
  head.keep_alive = false;
  return Reason::kNone;
}

}  // namespace weir::http
