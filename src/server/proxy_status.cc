#include "server/proxy_status.h"

namespace weir::server {

// The types are those of RFC 9209 section 2.3.
std::string_view proxy_status_of(http::Reason reason) {
  using http::Reason;
  switch (reason) {
    case Reason::kNone:
    case Reason::kCount:
      return {};
    case Reason::kBadRequest:
    case Reason::kBadFraming:
    case Reason::kBadHost:
    case Reason::kBadPath:
    case Reason::kBadBody:
    case Reason::kUriTooLong:
    case Reason::kHeaderTooLarge:
    case Reason::kTooManyHeaders:
    case Reason::kBodyTooLarge:
    case Reason::kExpectation:
    case Reason::kBadUpgrade:
    case Reason::kUpgradeVersion:
    case Reason::kMethodNotImplemented:
    case Reason::kVersion:
    case Reason::kMisdirected:
    case Reason::kMethodNotAllowed:
    case Reason::kClientHeadTimeout:
    case Reason::kClientBodyTimeout:
    case Reason::kClientClosed:
    case Reason::kTunnelIdle:
      return "weir; error=http_request_error";
    case Reason::kNoRoute:
      return "weir; error=destination_not_found";
    case Reason::kNoEndpoint:
      return "weir; error=destination_unavailable";
    case Reason::kEndpointsFull:
    case Reason::kQueueFull:
    case Reason::kQueueTimeout:
      return "weir; error=connection_limit_reached";
    // Refused or unreachable: the registry has a type for the first alone.
    case Reason::kUpstreamConnect:
      return "weir; error=connection_refused";
    case Reason::kUpstreamConnectTimeout:
      return "weir; error=connection_timeout";
    case Reason::kUpstreamReset:
      return "weir; error=connection_terminated";
    case Reason::kUpstreamMalformed:
      return "weir; error=http_protocol_error";
    case Reason::kUpstreamTimeout:
    case Reason::kRouteTimeout:
      return "weir; error=http_response_timeout";
    case Reason::kUpstreamCut:
      return "weir; error=http_response_incomplete";
    case Reason::kNoDescriptors:
    case Reason::kNoPorts:
    case Reason::kNoMemory:
      return "weir; error=proxy_internal_error";
    case Reason::kShuttingDown:
      return "weir; error=proxy_internal_response";
  }
  return {};
}

}  // namespace weir::server
