#pragma once

#include <deque>

#include "server/stats.h"

namespace weir::app {

// The counter blocks of one worker, in the order of the configuration. Blocks never move; the
// worker writes them, the control thread reads them. Outlives the worker.
struct Counters {
  server::WorkerStats worker;
  std::deque<server::RouteStats>
      routes;  // one for each route, then one for requests without a route
  std::deque<server::ListenerStats> listeners;
};

}  // namespace weir::app
