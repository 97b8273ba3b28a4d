#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "routing/path_table.h"
#include "routing/route_match.h"

namespace weir::routing {

// Says which route takes a request, in nginx's order: first by host (exact, each matching wildcard
// from the longest, any), within one of these classes by path (see PathTable). A class without a
// route for the request counts as absent and the next one is asked. The cost does not grow with the
// number of routes. Immutable and shared by all workers.
class Router {
 public:
  // `matches` in file order. The error is that of a regex, which parse_path_pattern would have
  // refused too.
  static base::Result<Router> build(std::vector<RouteMatch> matches);

  // Reads host and normal_path of the head, and what conditions ask for. `listener`: where the
  // request came in, its index in the configuration.
  [[nodiscard]] Found find(const http::RequestHead& head, std::size_t listener) const;

  // Regex searches that ran out of memory and were done one by one.
  [[nodiscard]] std::uint64_t regex_fallbacks() const;

 private:
  Router() = default;

  std::vector<RouteMatch> matches_;  // the tables point into it
  TextMap<PathTable> hosts_;
  TextMap<PathTable> wildcards_;  // by the domain with its leading dot
  std::size_t host_size_max_ = 0;
  std::size_t wildcard_size_max_ = 0;
  std::unique_ptr<PathTable> any_;  // null: no route without host
};

}  // namespace weir::routing
