#include "routing/route_match.h"

#include <utility>

namespace weir::routing {

base::Result<RouteMatch> parse_match(const RouteOptions& options, std::size_t route,
                                     bool forwards) {
  RouteMatch match;
  match.route = route;
  match.hosts.reserve(options.hosts.size());
  for (const auto& text : options.hosts) {
    auto host = parse_host_pattern(text);
    if (!host) return host.error();
    match.hosts.push_back(std::move(host.value()));
  }
  if (!options.path.empty()) {
    auto path = parse_path_pattern(options.path);
    if (!path) return path.error();
    match.path = std::move(path.value());
  }
  if (options.listener) match.conditions.emplace_back(OnListener{*options.listener});
  match.adds_slash = forwards;
  return match;
}

}  // namespace weir::routing
