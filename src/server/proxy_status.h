#pragma once

#include <cstdint>
#include <string_view>

#include "http/failure.h"

namespace weir::server {

// Whom Proxy-Status tells what became of a request (YAML: proxy_status).
enum class ProxyStatus : std::uint8_t {
  kOff,
  kTrusted,  // trusted peers
  kOn,       // everybody
};

// The Proxy-Status of an error that weir makes itself (RFC 9209), by its reason: "weir;
// error=connection_timeout". Empty for kNone.
std::string_view proxy_status_of(http::Reason reason);

}  // namespace weir::server
