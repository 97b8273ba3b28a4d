#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "backend/endpoints.h"
#include "routing/router.h"
#include "server/service.h"

namespace weir::backend {

// The paths of weir-backend with their handlers, as one worker holds them. One thread.
class Routes {
 public:
  // All that `makings` names outlives the routes; the largest body is `max_body` bytes.
  Routes(const Makings& makings, std::uint64_t max_body);
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  // Has a service answer by these routes, which outlive it.
  void fill(server::ServiceOptions& options);
  // The handler that takes a request.
  http::Handler& handler_of(const http::Request& request);

 private:
  struct Entry {
    HandlerPtr handler;
    server::RouteStats stats;
  };

  std::vector<std::unique_ptr<Entry>> entries_;  // by route index
  std::unique_ptr<routing::Router> router_;
  server::RouteStats no_route_;
  std::uint64_t max_body_;
};

}  // namespace weir::backend
