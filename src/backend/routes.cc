#include "backend/routes.h"

#include <array>
#include <cassert>
#include <string_view>
#include <utility>

namespace weir::backend {
namespace {

struct Path {
  std::string_view pattern;  // as nginx's location; empty: all that no other takes
  HandlerPtr (*make)(const Makings&);
};

constexpr std::array kPaths = {
    Path{"= /", make_home},
    Path{"= /healthz", make_health},
    Path{"/users/", make_users},
    Path{"/orders/", make_orders},
    Path{"/payments/", make_payments},
    Path{"= /echo", make_echo},
    Path{"/echo/", make_echo},
    Path{"/bytes/", make_bytes},
    Path{"/delay/", make_delay},
    Path{"/status/", make_status},
    Path{"= /drip", make_drip},
    Path{"= /events", make_events},
    Path{"= /drain", make_drain},
    Path{"= /upload", make_drain},
    Path{"= /close", make_close},
    Path{"= /trailers", make_trailers},
    Path{"= /early", make_early},
    Path{"", make_not_found},
};

}  // namespace

Routes::Routes(const Makings& makings, std::uint64_t max_body) : max_body_(max_body) {
  std::vector<routing::RouteMatch> matches;
  for (const Path& path : kPaths) {
    routing::RouteOptions options;
    options.path = path.pattern;
    auto match = routing::parse_match(options, matches.size(), false);
    assert(match.ok());
    matches.push_back(std::move(match.value()));
    entries_.push_back(std::make_unique<Entry>());
    entries_.back()->handler = path.make(makings);
  }
  auto router = routing::Router::build(std::move(matches));
  assert(router.ok());
  router_ = std::make_unique<routing::Router>(std::move(router.value()));
}

void Routes::fill(server::ServiceOptions& options) {
  options.router = router_.get();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    server::RouteTarget target;
    target.name = kPaths[i].pattern;
    target.handler = entries_[i]->handler.get();
    target.stats = &entries_[i]->stats;
    target.max_body = max_body_;
    options.routes.push_back(target);
  }
  options.no_route.name = "none";
  options.no_route.stats = &no_route_;
  options.no_route.max_body = max_body_;
}

http::Handler& Routes::handler_of(const http::Request& request) {
  auto found = router_->find(request);
  assert(found.kind == routing::Found::Kind::kRoute);
  return *entries_[found.route]->handler;
}

}  // namespace weir::backend
