#include "observe/explanation.h"

#include <array>

#include "observe/backend_explanation.h"
#include "observe/route_explanation.h"
#include "observe/secrets.h"

namespace weir::observe {
namespace {

using http::Reason;

// Text of a client in a line: enough to know the request by, and all of them together in a line.
constexpr std::size_t kTextMax = 300;

void put_limit(const Explained& c, std::string_view what, std::string_view key,
               std::uint64_t value) {
  c.text.raw(what).raw(key).raw(" (");
  put_bytes(c.text, value);
  c.text.raw(')');
}

void put_body_limit(const Explained& c) {
  if (c.route.max_body >= c.options.limits.body) {
    put_limit(c, "the body is larger than ", "limits.body", c.options.limits.body);
    return;
  }
  c.text.raw("the body is larger than max_body (");
  put_bytes(c.text, c.route.max_body);
  c.text.raw(") of route '").raw(c.route.name).raw('\'');
}

void put_reason(const Explained& c) {
  const auto& limits = c.options.limits;
  switch (c.request.record.reason) {
    case Reason::kBadRequest:
      c.text.raw("the head is malformed");
      return;
    case Reason::kBadFraming:
      c.text.raw("where the request ends is in doubt");
      return;
    case Reason::kBadHost:
      c.text.raw("Host is missing, repeated or malformed");
      return;
    case Reason::kBadPath:
      c.text.raw("the path climbs above the root or holds a broken escape");
      return;
    case Reason::kBadBody:
      c.text.raw("the chunked body or its trailers are malformed");
      return;
    case Reason::kUriTooLong:
      return put_limit(c, "the request line is longer than ", "limits.uri", limits.uri);
    case Reason::kHeaderTooLarge:
      return put_limit(c, "the fields are larger than ", "limits.header_size", limits.header_size);
    case Reason::kTooManyHeaders:
      c.text.raw("there are more fields than limits.headers (").number(limits.headers).raw(')');
      return;
    case Reason::kBodyTooLarge:
      return put_body_limit(c);
    case Reason::kExpectation:
      c.text.raw("an expectation other than 100-continue");
      return;
    case Reason::kBadUpgrade:
      c.text.raw(
          "a wrong WebSocket handshake: it wants GET, no body, one Sec-WebSocket-Key of 16 "
          "bytes in base64 and one Sec-WebSocket-Version");
      return;
    case Reason::kUpgradeVersion:
      c.text.raw("a version of WebSocket other than 13");
      return;
    case Reason::kMethodNotImplemented:
      c.text.raw("weir does not serve this method");
      return;
    case Reason::kVersion:
      c.text.raw("a version other than HTTP/1.0 and 1.1");
      return;
    case Reason::kMisdirected:
      c.text.raw("an https target came over a connection without TLS");
      return;
    case Reason::kNoRoute:
    case Reason::kMethodNotAllowed:
      return put_route_explanation(c);
    case Reason::kClientHeadTimeout:
      put_timeout(c, "client_header", c.options.timeouts.client_header);
      c.text.raw(" passed before the head was whole");
      return;
    case Reason::kClientBodyTimeout:
      put_timeout(c, "client_body", c.options.timeouts.client_body);
      c.text.raw(" passed without a byte");
      return;
    case Reason::kTunnelIdle:
      put_timeout(c, "tunnel_idle", c.options.timeouts.tunnel_idle);
      c.text.raw(" passed without a byte either way");
      return;
    default:
      put_backend_explanation(c);
  }
}

void put_request(const Explained& c) {
  const auto& request = c.request;
  c.text.raw(", client: ").escaped(request.client.empty() ? request.peer.address : request.client);
  if (!request.head.method_text.empty()) {
    c.text.raw(", request: \"").escaped(request.head.method_text).raw(' ');
    std::string_view target = masked(request.head.target, Secrets::kUri, *request.arena);
    c.text.escaped(target.substr(0, kTextMax)).raw('"');
  }
  if (!request.head.authority.empty()) {
    c.text.raw(", host: \"").escaped(request.head.authority.substr(0, kTextMax)).raw('"');
  }
  if (!request.id.empty()) c.text.raw(", id: ").escaped(request.id.substr(0, kTextMax));
}

}  // namespace

Level level_of(Reason reason) {
  switch (reason) {
    case Reason::kNoEndpoint:
    case Reason::kEndpointsFull:
    case Reason::kQueueFull:
    case Reason::kQueueTimeout:
    case Reason::kUpstreamConnect:
    case Reason::kUpstreamConnectTimeout:
    case Reason::kUpstreamReset:
    case Reason::kUpstreamMalformed:
    case Reason::kUpstreamTimeout:
    case Reason::kUpstreamCut:
    case Reason::kNoDescriptors:
    case Reason::kNoPorts:
    case Reason::kNoMemory:
    case Reason::kRouteTimeout:
      return Level::kError;
    default:
      return Level::kInfo;
  }
}

bool is_explained(Reason reason) {
  return reason != Reason::kNone && reason != Reason::kClientClosed && reason != Reason::kCount;
}

void put_explanation(LogText& text, const http::Request& request, const server::RouteTarget& route,
                     const ExplainedOptions& options) {
  Explained c{text, request, route, options};
  text.number(request.record.status).raw(": ");
  put_reason(c);
  put_request(c);
}

void put_duration(LogText& text, base::Duration duration) {
  struct Unit {
    std::int64_t ms;
    std::string_view name;
  };
  constexpr std::array<Unit, 3> kUnits = {{{3'600'000, "h"}, {60'000, "m"}, {1000, "s"}}};
  std::int64_t ms = duration.count();
  // The largest unit that leaves no rest: 90s, not 1.5m. An hour is 1h, and so is 60m.
  for (const auto& unit : kUnits) {
    if (ms == 0 || ms % unit.ms != 0) continue;
    text.number(static_cast<std::uint64_t>(ms / unit.ms)).raw(unit.name);
    return;
  }
  text.number(static_cast<std::uint64_t>(ms)).raw("ms");
}

void put_bytes(LogText& text, std::uint64_t bytes) {
  std::string_view units = "kmg";
  std::size_t unit = 0;
  while (unit < units.size() && bytes != 0 && bytes % 1024 == 0) {
    bytes /= 1024;
    ++unit;
  }
  text.number(bytes);
  if (unit > 0) text.raw(units[unit - 1]);
}

}  // namespace weir::observe
