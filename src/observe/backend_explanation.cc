#include "observe/backend_explanation.h"

#include "upstream/options.h"

namespace weir::observe {
namespace {

using http::NotRetried;
using http::Phase;
using http::Reason;

void put_upstream(const Explained& c) { c.text.raw("upstream '").raw(c.route.upstream).raw("': "); }

void put_endpoint(const Explained& c) {
  std::string_view endpoint = c.request.record.last_try.endpoint;
  c.text.raw(endpoint.empty() ? "an endpoint" : endpoint);
}

// The options of the route's pool; the defaults where it is not known.
const upstream::PoolOptions& pool_options(const Explained& c) {
  static const upstream::PoolOptions defaults;
  for (const auto& [name, options] : c.options.pools) {
    if (name == c.route.upstream) return *options;
  }
  return defaults;
}

void put_tries(const Explained& c) {
  if (c.request.record.attempts <= 1) return;
  c.text.raw(" (the last of ").number(c.request.record.attempts).raw(" tries)");
}

// What `on` of a pool's retry calls this failure.
std::string_view kind_of(Reason reason) {
  switch (reason) {
    case Reason::kUpstreamConnect:
    case Reason::kUpstreamConnectTimeout:
    case Reason::kNoDescriptors:
    case Reason::kNoPorts:
    case Reason::kNoMemory:
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
void put_not_retried(const Explained& c) {
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
void put_passed(const Explained& c) {
  const upstream::PoolOptions& pool = pool_options(c);
  switch (c.request.record.timed_out) {
    case Phase::kUpstreamConnect:
      put_timeout(c, "connect", pool.timeouts.connect);
      c.text.raw(" passed before a connection to ");
      put_endpoint(c);
      c.text.raw(" was made");
      return;
    case Phase::kUpstreamWrite:
      put_timeout(c, "write", pool.timeouts.write);
      c.text.raw(" passed while ");
      put_endpoint(c);
      c.text.raw(" took no byte of the request");
      return;
    case Phase::kUpstreamRead:
      put_timeout(c, "read", pool.timeouts.read);
      c.text.raw(" passed without a byte of the answer from ");
      put_endpoint(c);
      return;
    case Phase::kUpstreamTry:
      c.text.raw("retry.per_try_timeout (");
      put_duration(c.text, pool.retry.per_try_timeout);
      c.text.raw(") passed before the answer of ");
      break;
    default:
      put_timeout(c, "first_byte", pool.timeouts.first_byte);
      c.text.raw(" passed before the answer of ");
  }
  put_endpoint(c);
  c.text.raw(" began");
}

void put_upstream_timeout(const Explained& c) {
  put_upstream(c);
  put_passed(c);
  put_tries(c);
  put_not_retried(c);
}

void put_upstream_failure(const Explained& c, std::string_view what) {
  put_upstream(c);
  put_endpoint(c);
  c.text.raw(what);
  put_tries(c);
  put_not_retried(c);
}

void put_upstream_cut(const Explained& c) {
  put_upstream(c);
  if (c.request.record.timed_out == Phase::kUpstreamRead) return put_passed(c);
  put_endpoint(c);
  bool tunnel = c.request.record.status == 101;
  c.text.raw(tunnel ? " broke the tunnel off"
                    : " broke its answer off, so the client's connection was cut");
  put_tries(c);
}

// No connection could be begun, and that is not the endpoint's fault.
void put_local_fault(const Explained& c) {
  put_upstream(c);
  c.text.raw("nothing is left to connect to ");
  put_endpoint(c);
  switch (c.request.record.reason) {
    case Reason::kNoPorts:
      c.text.raw(" with: no local port or address is free (net.ipv4.ip_local_port_range; a larger ")
          .raw("keepalive.idle needs fewer)");
      break;
    case Reason::kNoMemory:
      c.text.raw(" with: the kernel has no memory for a socket (net.ipv4.tcp_mem)");
      break;
    default:
      c.text.raw(" with: the limit of open files is reached (ulimit -Hn, LimitNOFILE=; ")
          .raw("limits.connections (")
          .number(c.options.limits.connections)
          .raw(") needs about two each)");
  }
  put_tries(c);
  put_not_retried(c);
}

}  // namespace

void put_timeout(const Explained& c, std::string_view key, base::Duration value) {
  c.text.raw("timeouts.").raw(key).raw(" (");
  put_duration(c.text, value);
  c.text.raw(')');
}

void put_backend_explanation(const Explained& c) {
  switch (c.request.record.reason) {
    case Reason::kNoEndpoint:
      put_upstream(c);
      c.text.raw("no endpoint to try: each is down, or put aside by max_fails for fail_timeout");
      return;
    case Reason::kEndpointsFull:
      put_upstream(c);
      c.text.raw("each endpoint has as many requests under way as its max_conns allows, and there ")
          .raw("is no queue");
      return;
    case Reason::kQueueFull:
      put_upstream(c);
      c.text.raw("queue.size (").number(pool_options(c).queue.size);
      c.text.raw(") requests wait already, and each endpoint has as many as its max_conns allows");
      return;
    case Reason::kQueueTimeout:
      put_upstream(c);
      c.text.raw("queue.timeout (");
      put_duration(c.text, pool_options(c).queue.timeout);
      c.text.raw(") passed while each endpoint had as many requests as its max_conns allows");
      return;
    case Reason::kUpstreamConnect:
      return put_upstream_failure(c, " refused the connection or is unreachable");
    case Reason::kNoDescriptors:
    case Reason::kNoPorts:
    case Reason::kNoMemory:
      return put_local_fault(c);
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

}  // namespace weir::observe
