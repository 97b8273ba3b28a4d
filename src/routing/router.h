#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/handler.h"
#include "routing/path_table.h"
#include "routing/refusal.h"
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

  // Reads host and normal_path of the head, and what conditions ask for: client, listener, the rest
  // of the head.
  [[nodiscard]] Found find(const http::Request& request) const;
  // Of a request that no route takes: the methods of those routes that refuse it for its method
  // alone, as Allow lists them; in the request's arena. Empty: there is none.
  [[nodiscard]] std::string_view allow(const http::Request& request) const;

  // All routes that take the request's host and path, whatever their conditions, in the order in
  // which they are asked; one that two of its hosts bring there stands there twice.
  [[nodiscard]] std::vector<const RouteMatch*> candidates(const http::Request& request) const;
  // Of a request that no route takes: why. Looks at each route where none has host and path.
  [[nodiscard]] Refusal refusal(const http::Request& request) const;
  // In file order.
  [[nodiscard]] const std::vector<RouteMatch>& matches() const { return matches_; }

  // Regex searches that ran out of memory and were done one by one.
  [[nodiscard]] std::uint64_t regex_fallbacks() const;

 private:
  Router() = default;
  // Calls holds(const Candidate&) as PathTable::search does, over the classes of the host in their
  // order.
  template <class Holds>
  [[nodiscard]] Found search(const http::RequestHead& head, Holds holds) const;

  std::vector<RouteMatch> matches_;  // the tables point into it
  TextMap<PathTable> hosts_;
  TextMap<PathTable> wildcards_;  // by the domain with its leading dot
  TextIndex<PathTable> host_index_;
  TextIndex<PathTable> wildcard_index_;
  std::unique_ptr<PathTable> any_;  // null: no route without host
  bool asks_methods_ = false;       // a route has a condition on the method
};

}  // namespace weir::routing
