#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/handler.h"
#include "routing/condition.h"
#include "routing/host_pattern.h"
#include "routing/path_pattern.h"
#include "routing/route_options.h"

namespace weir::routing {

// What a request has to be for one route to take it.
struct RouteMatch {
  std::size_t route = 0;           // what Router::find gives back; the route's place in the file
  std::string name;                // for those who are told about it
  std::vector<HostPattern> hosts;  // empty: any
  PathPattern path;
  std::vector<Condition> conditions;
  bool adds_slash = false;  // a path ending in "/" also answers the path without it, by a redirect

  // All conditions hold; host and path are the caller's business.
  [[nodiscard]] bool holds(const http::Request& request) const {
    for (const Condition& condition : conditions) {
      if (!condition.holds(request)) return false;
    }
    return true;
  }
  // The methods that the route takes, where the request's is all that it refuses; else null.
  [[nodiscard]] const MethodSet* refused_method(const http::Request& request) const;
};

// The match of the route that stands at `route` in the file. `forwards`: its requests go to an
// upstream, so that, as nginx's proxy_pass, "/a/" answers "/a" by a redirect. The error is that of
// its first bad host, of its path, or of its first bad condition.
base::Result<RouteMatch> parse_match(const RouteOptions& options, std::size_t route, bool forwards);

}  // namespace weir::routing
