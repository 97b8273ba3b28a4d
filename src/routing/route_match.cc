#include "routing/route_match.h"

#include <utility>

namespace weir::routing {

const MethodSet* RouteMatch::refused_method(const http::Request& request) const {
  const MethodSet* methods = nullptr;
  for (const Condition& condition : conditions) {
    if (condition.holds(request)) continue;
    const auto* test = std::get_if<MethodIn>(&condition.test);
    if (test == nullptr || condition.negated) return nullptr;
    methods = &test->methods;
  }
  return methods;
}

base::Result<RouteMatch> parse_match(const RouteOptions& options, std::size_t route,
                                     bool forwards) {
  RouteMatch match;
  match.route = route;
  match.name = options.name;
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
  auto conditions = parse_conditions(options);
  if (!conditions) return conditions.error();
  match.conditions = std::move(conditions.value());
  match.adds_slash = forwards;
  return match;
}

}  // namespace weir::routing
