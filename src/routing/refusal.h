#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/handler.h"
#include "routing/condition.h"
#include "routing/route_match.h"

namespace weir::routing {

// Why no route takes a request, as the nearest one tells. For people: made when it is told.
struct Refusal {
  // What failed of the nearest.
  enum class At : std::uint8_t {
    kHost,       // no route is for the host
    kPath,       // of those for the host none takes the path
    kCondition,  // of those for host and path each has a condition that fails
  };

  At at = At::kHost;
  const RouteMatch* nearest = nullptr;  // null: none is near
  const Condition* failed = nullptr;    // kCondition: the first of the nearest that fails
};

// The refusal of a request by all of `matches`. `candidates` are those that take host and path, in
// the order in which they were asked.
Refusal refusal_of(std::span<const RouteMatch> matches,
                   std::span<const RouteMatch* const> candidates, const http::Request& request);

// The route is for this host, as Router finds it.
bool takes_host(const RouteMatch& match, std::string_view host);

// The first condition that fails; null: all hold.
const Condition* first_failing(const RouteMatch& match, const http::Request& request);

}  // namespace weir::routing
