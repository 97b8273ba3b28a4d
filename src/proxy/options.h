#pragma once

#include <optional>
#include <span>

#include "base/clock.h"
#include "http/field_edits.h"
#include "http/path_rewrite.h"
#include "http/template.h"
#include "http/variable.h"

namespace weir::proxy {

// How a route is proxied (YAML: keys of a route). A plain value; what it points to outlives whoever
// holds it.
struct ProxyOptions {
  // Until the answer's head, over all tries; zero: only the phases' own deadlines.
  base::Duration timeout{0};
  // The Host sent to the backend, by proxy_variables(). None: $http_host, the client's authority
  // with its port.
  std::optional<http::Template> host_header;
  const http::PathRewrite* rewrite = nullptr;       // null: the target goes on as it came
  const http::FieldEdits* request_edits = nullptr;  // of what the backend gets; null: none
  // A Location that names the backend's own address names the public one instead (nginx:
  // proxy_redirect).
  bool map_location = true;
  bool forwarded = false;  // RFC 7239 beside X-Forwarded-*
};

// The variables of a template that is rendered when a try is sent: those of every request and
// $proxy_host, the endpoint's own name as a Host (nginx, ngx_http_proxy_module).
std::span<const http::Variable> proxy_variables();

}  // namespace weir::proxy
