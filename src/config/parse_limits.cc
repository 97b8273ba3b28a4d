#include "config/sections.h"

namespace weir::config {

namespace {

using server::Limits;
using server::Timeouts;

constexpr Key<Limits> kLimitKeys[] = {
    {{"connections", "client connections of the whole process; more wait in the kernel's queue",
      "10000", integer(1, 10'000'000)},
     into<&Limits::connections>},
    {{"per_client",
      "of them, of one address (IPv6: of one /64) that is not in trusted_proxies; more are reset "
      "as "
      "they come; 0: no bound",
      "0", integer(0, 10'000'000)},
     into<&Limits::per_client>},
    {{"header_size", "bytes of all header lines of a request; over it: 431", "32k",
      size(kKilo, 16 * kMega)},
     into<&Limits::header_size>},
    {{"headers", "header lines of a request; over it: 431", "100", integer(1, 10'000)},
     into<&Limits::headers>},
    {{"uri", "bytes of the request line; over it: 414", "8k", size(64, 16 * kMega)},
     into<&Limits::uri>},
    {{"body", "bytes of a request body; over it: 413", "1g", size(1, kMega* kGiga)},
     into<&Limits::body>},
    {{"pipeline",
      "requests of a client that wait behind the one under way; then reading pauses, as at 64k of "
      "them",
      "16", integer(1, 1'000'000)},
     into<&Limits::pipeline>},
    {{"requests_per_connection", "requests of a client connection; then it is closed", "10000",
      integer(1, 1'000'000'000)},
     into<&Limits::requests_per_connection>},
    {{"buffer_per_stream", "bytes queued on a connection before its source is paused", "256k",
      size(4 * kKilo, kGiga)},
     into<&Limits::buffer_per_stream>},
    {{"buffers",
      "bytes queued on all connections of the process; over it each that has any queued waits "
      "until "
      "they have left",
      "1g", size(kMega, kMega* kGiga)},
     into<&Limits::buffers>},
};

constexpr Key<Timeouts> kTimeoutKeys[] = {
    {{"client_header",
      "the whole request head: from accept, later from its first byte; 0: no bound", "10s",
      duration(0, kYear)},
     into<&Timeouts::client_header>},
    {{"client_body", "between two advances of a request body; 0: no bound", "30s",
      duration(0, kYear)},
     into<&Timeouts::client_body>},
    {{"client_idle", "between two requests of a connection; 0: no bound", "75s",
      duration(0, kYear)},
     into<&Timeouts::client_idle>},
    {{"client_write", "between two advances of an answer; 0: no bound", "30s", duration(0, kYear)},
     into<&Timeouts::client_write>},
    {{"linger", "how long a connection that is being closed is read without a byte", "5s",
      duration(0, 30 * kSecond)},
     into<&Timeouts::linger>},
    {{"tunnel_idle",
      "a tunnel, such as a WebSocket, without a byte in either direction; 0: no bound", "1h",
      duration(0, kYear)},
     into<&Timeouts::tunnel_idle>},
    {{"drain", "a graceful stop ends after this time at the latest; 0: no bound", "30s",
      duration(0, kYear)},
     into<&Timeouts::drain>},
    {{"drain_delay", "at a graceful stop /readyz says 503 for so long before the listeners drain",
      "0", duration(0, kYear)},
     into<&Timeouts::drain_delay>},
};

}  // namespace

Section limits_section() { return {.name = "limits", .keys = infos_of(kLimitKeys)}; }
Section timeouts_section() { return {.name = "timeouts", .keys = infos_of(kTimeoutKeys)}; }

void read_limits(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  Scope inside = scope.inside("'limits'");
  read_section(inside, key, node, kLimitKeys, draft.config.limits);
}

void read_timeouts(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  Scope inside = scope.inside("'timeouts'");
  read_section(inside, key, node, kTimeoutKeys, draft.config.timeouts);
}

}  // namespace weir::config
