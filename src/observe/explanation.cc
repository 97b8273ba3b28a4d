#include "observe/explanation.h"

#include <array>

namespace weir::observe {
namespace {

using http::NotRetried;
using http::Phase;
using http::Reason;

// Text of a client in a line: enough to know the request by, and all of them together in a line.
constexpr std::size_t kTextMax = 300;

// What an explanation is made from.
struct Case {
  LogText& text;
  const http::Request& request;
  const server::RouteTarget& route;
  const ExplainedOptions& options;
};

void put_key(const Case& c, std::string_view key, base::Duration value) {
  c.text.raw("timeouts.").raw(key).raw(" (");
  put_duration(c.text, value);
  c.text.raw(')');
}

void put_limit(const Case& c, std::string_view what, std::string_view key, std::uint64_t value) {
  c.text.raw(what).raw(key).raw(" (");
  put_bytes(c.text, value);
  c.text.raw(')');
}

void put_body_limit(const Case& c) {
  if (c.route.max_body >= c.options.limits.body) {
    put_limit(c, "the body is larger than ", "limits.body", c.options.limits.body);
    return;
  }
  c.text.raw("the body is larger than max_body (");
  put_bytes(c.text, c.route.max_body);
  c.text.raw(") of route '").raw(c.route.name).raw('\'');
}

void put_no_route(const Case& c) {
  c.text.raw("no route: none takes the path \"");
  c.text.escaped(c.request.head.normal_path.substr(0, kTextMax))
      .raw("\" of this host; one under routes without host and path would");
}

void put_upstream(const Case& c) { c.text.raw("upstream '").raw(c.route.upstream).raw("': "); }

void put_endpoint(const Case& c) {
  c.text.raw(c.request.record.endpoint.empty() ? "an endpoint" : c.request.record.endpoint);
}

// The options of the route's pool; the defaults where it is not known.
const upstream::PoolOptions& pool_options(const Case& c) {
  static const upstream::PoolOptions defaults;
  for (const auto& [name, options] : c.options.pools) {
    if (name == c.route.upstream) return *options;
  }
  return defaults;
}

void put_tries(const Case& c) {
  if (c.request.record.attempts <= 1) return;
  c.text.raw(" (the last of ").number(c.request.record.attempts).raw(" tries)");
}

// What `on` of a pool's retry calls this failure.
std::string_view kind_of(Reason reason) {
  switch (reason) {
    case Reason::kUpstreamConnect:
    case Reason::kUpstreamConnectTimeout:
      return "connect";
    case Reason::kUpstreamTimeout:
      return "timeout";
    case Reason::kUpstreamMalformed:
      return "malformed";
    default:
      return "reset";
  }
}

// Why the try was the last: the key of the pool's retry that would change it.
void put_not_retried(const Case& c) {
  const upstream::RetryOptions& retry = pool_options(c).retry;
  switch (c.request.record.not_retried) {
    case NotRetried::kNone:
    case NotRetried::kCount:
      return;
    case NotRetried::kNotListed:
      c.text.raw("; not retried: ")
          .raw(kind_of(c.request.record.reason))
          .raw(" is not in retry.on");
      break;
    case NotRetried::kMethod:
      c.text.raw("; not retried: ").escaped(c.request.head.method_text);
      c.text.raw(" is not in retry.methods");
      break;
    case NotRetried::kBody:
      c.text.raw("; not retried: body over replay_body (");
      put_bytes(c.text, retry.replay_body);
      c.text.raw(')');
      break;
    case NotRetried::kAttempts:
      c.text.raw("; not retried: over retry.attempts (").number(retry.attempts).raw(')');
      break;
    case NotRetried::kEndpoints:
      c.text.raw("; not retried: no endpoint is left");
      break;
    case NotRetried::kBudget:
      c.text.raw("; not retried: over retry.budget (").number(retry.budget_percent).raw("%)");
      break;
  }
  c.text.raw(" of upstream '").raw(c.route.upstream).raw('\'');
}

// A deadline of the pool that passed; the words follow.
void put_passed(const Case& c) {
  const upstream::PoolOptions& pool = pool_options(c);
  switch (c.request.record.timed_out) {
    case Phase::kUpstreamConnect:
      put_key(c, "connect", pool.timeouts.connect);
      c.text.raw(" passed before a connection to ");
      put_endpoint(c);
      c.text.raw(" was made");
      return;
    case Phase::kUpstreamWrite:
      put_key(c, "write", pool.timeouts.write);
      c.text.raw(" passed while ");
      put_endpoint(c);
      c.text.raw(" took no byte of the request");
      return;
    case Phase::kUpstreamRead:
      put_key(c, "read", pool.timeouts.read);
      c.text.raw(" passed without a byte of the answer from ");
      put_endpoint(c);
      return;
    case Phase::kUpstreamTry:
      c.text.raw("retry.per_try_timeout (");
      put_duration(c.text, pool.retry.per_try_timeout);
      c.text.raw(") passed before the answer of ");
      break;
    default:
      put_key(c, "first_byte", pool.timeouts.first_byte);
      c.text.raw(" passed before the answer of ");
  }
  put_endpoint(c);
  c.text.raw(" began");
}

void put_upstream_timeout(const Case& c) {
  put_upstream(c);
  put_passed(c);
  put_tries(c);
  put_not_retried(c);
}

void put_upstream_failure(const Case& c, std::string_view what) {
  put_upstream(c);
  put_endpoint(c);
  c.text.raw(what);
  put_tries(c);
  put_not_retried(c);
}

void put_upstream_cut(const Case& c) {
  put_upstream(c);
  if (c.request.record.timed_out == Phase::kUpstreamRead) return put_passed(c);
  put_endpoint(c);
  c.text.raw(" broke its answer off, so the client's connection was cut");
  put_tries(c);
}

void put_backend_reason(const Case& c) {
  switch (c.request.record.reason) {
    case Reason::kNoEndpoint:
      put_upstream(c);
      c.text.raw("no endpoint to try: each is down, or put aside by max_fails for fail_timeout");
      return;
    case Reason::kUpstreamConnect:
      return put_upstream_failure(c, " refused the connection or is unreachable");
    case Reason::kUpstreamReset:
      return put_upstream_failure(c, " closed the connection before its answer");
    case Reason::kUpstreamMalformed:
      return put_upstream_failure(
          c, " gave an answer that is not valid HTTP, or a head that is too large");
    case Reason::kUpstreamCut:
      return put_upstream_cut(c);
    case Reason::kUpstreamConnectTimeout:
    case Reason::kUpstreamTimeout:
      return put_upstream_timeout(c);
    case Reason::kRouteTimeout:
      c.text.raw("timeout of route '").raw(c.route.name).raw("' passed before the answer's head");
      return;
    case Reason::kShuttingDown:
      c.text.raw("weir stops");
      return;
    default:
      c.text.raw(text_of(c.request.record.reason));
  }
}

void put_reason(const Case& c) {
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
    case Reason::kMethodNotImplemented:
      c.text.raw("weir does not serve this method");
      return;
    case Reason::kVersion:
      c.text.raw("a version other than HTTP/1.0 and 1.1");
      return;
    case Reason::kNoRoute:
      return put_no_route(c);
    case Reason::kMethodNotAllowed:
      c.text.raw("no route: those for this path do not take the method");
      return;
    case Reason::kClientHeadTimeout:
      put_key(c, "client_header", c.options.timeouts.client_header);
      c.text.raw(" passed before the head was whole");
      return;
    case Reason::kClientBodyTimeout:
      put_key(c, "client_body", c.options.timeouts.client_body);
      c.text.raw(" passed without a byte");
      return;
    default:
      put_backend_reason(c);
  }
}

void put_request(const Case& c) {
  const auto& request = c.request;
  c.text.raw(", client: ").escaped(request.client.empty() ? request.peer.address : request.client);
  if (!request.head.method_text.empty()) {
    c.text.raw(", request: \"").escaped(request.head.method_text).raw(' ');
    c.text.escaped(request.head.target.substr(0, kTextMax)).raw('"');
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
    case Reason::kUpstreamConnect:
    case Reason::kUpstreamConnectTimeout:
    case Reason::kUpstreamReset:
    case Reason::kUpstreamMalformed:
    case Reason::kUpstreamTimeout:
    case Reason::kUpstreamCut:
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
  Case c{text, request, route, options};
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
