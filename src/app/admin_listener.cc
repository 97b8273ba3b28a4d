#include "app/admin_listener.h"

#include <utility>

#include "app/listeners.h"
#include "net/listen_socket.h"
#include "routing/route_match.h"

namespace weir::app {

namespace {

std::unique_ptr<routing::Router> route_everything() {
  routing::RouteOptions everything;
  everything.name = "admin";
  std::vector<routing::RouteMatch> matches;
  matches.push_back(routing::parse_match(everything, 0, false).value());
  return std::make_unique<routing::Router>(
      std::move(routing::Router::build(std::move(matches)).value()));
}

}  // namespace

AdminListener::AdminListener(net::Loop& loop, const server::Timeouts& timeouts,
                             const observe::MetricsSource& source, const admin::State& state)
    : loop_(loop),
      router_(route_everything()),
      handler_(source, state),
      service_(loop.turns(), loop.wheel(), options(timeouts)) {}

AdminListener::~AdminListener() {
  net::Turns::Scope scope(loop_.turns());
  acceptor_.reset();
  service_.close_all();
}

base::Ref<const server::ServiceOptions> AdminListener::options(const server::Timeouts& timeouts) {
  auto made = base::make_ref<server::ServiceOptions>();
  made->timeouts = timeouts;
  made->router = router_.get();
  made->stats = &counters_.worker;
  made->routes.push_back({"admin", "", &handler_, &route_, 0});
  made->no_route = {"none", "", nullptr, &no_route_, 0};
  return made;
}

base::Result<std::unique_ptr<AdminListener>> AdminListener::open(
    net::Loop& loop, const net::Address& address, const server::Timeouts& timeouts,
    const observe::MetricsSource& source, const admin::State& state) {
  auto bound = net::bind_all(address, 1);
  if (!bound) return base::Error{"admin: " + bound.error().text};
  std::unique_ptr<AdminListener> made(new AdminListener(loop, timeouts, source, state));
  if (address.is_unix) made->file_.emplace(address.host);
  std::string text = net::to_text(bound.value().address);
  auto site = base::make_ref<server::Site>(
      base::make_shared_ref<server::ObservedListener>(text, 1U), 0U, std::size_t{0});
  auto acceptor =
      server::Acceptor::open(loop, std::move(bound.value().sockets.front()), made->service_,
                             std::move(site), 0, server::Acceptor::For::kOperators);
  if (!acceptor) return base::Error{"admin: " + acceptor.error().text};
  made->acceptor_ = std::move(acceptor.value());
  say_listening("admin ", text);
  return made;
}

}  // namespace weir::app
