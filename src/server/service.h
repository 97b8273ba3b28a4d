#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/free_list.h"
#include "base/list.h"
#include "http/h1_parser.h"
#include "http/handler.h"
#include "net/address.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "routing/router.h"
#include "server/date_text.h"
#include "server/options.h"
#include "server/request_ids.h"
#include "server/stats.h"

namespace weir::server {

class H1Exchange;
class H1Session;

// What answers the requests of a route, as one worker holds it. The handler and the stats outlive
// it.
struct RouteTarget {
  std::string_view name;      // label in metrics and logs; "none" for requests without a route
  std::string_view upstream;  // name of its pool; empty: none
  http::Handler* handler = nullptr;  // null only for the target of requests without a route
  RouteStats* stats = nullptr;
  std::uint64_t max_body = 0;  // bytes; already the smaller of the route's and limits.body
};

// Hears of each exchange that ended, before its memory goes. Called on the worker; must not block.
class ExchangeLog {
 public:
  // `request` has its record filled; where the head was not parsed its views are empty.
  virtual void on_exchange(const http::Request& request, const RouteTarget& route) = 0;

 protected:
  ~ExchangeLog() = default;
};

// What all sessions of a worker share: its configuration, its counters, its free lists. One per
// worker (and one for the admin listener); owned by whoever owns the loop; outlives the sessions.
// One thread.
struct Service {
  Service(net::Turns& the_turns, net::Wheel& the_wheel);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  net::Turns& turns;
  net::Wheel& wheel;
  Limits limits;
  Timeouts timeouts;
  HalfClose half_close = HalfClose::kFinish;
  http::HeadLimits head_limits;  // made from limits
  std::vector<net::Cidr> trusted_proxies;
  const routing::Router* router = nullptr;  // route indices are those of `routes`
  std::vector<RouteTarget> routes;
  RouteTarget no_route;  // requests without a route, and those refused before routing
  WorkerStats* stats = nullptr;
  ExchangeLog* log = nullptr;  // null: none
  DateText date;
  RequestIds ids;
  bool draining = false;           // answers say Connection: close
  base::List<H1Session> sessions;  // all open ones
  std::size_t session_count = 0;
  base::FreeList<H1Exchange> exchanges;
};

}  // namespace weir::server
