#pragma once

#include <optional>

#include "base/clock.h"
#include "http/template.h"

namespace weir::proxy {

// How a route is proxied (YAML: keys of a route). A plain value.
struct ProxyOptions {
  // Until the answer's head, over all tries; zero: only the phases' own deadlines.
  base::Duration timeout{0};
  // The Host sent to the backend. None: $http_host, the client's authority with its port.
  std::optional<http::Template> host_header;
};

}  // namespace weir::proxy
