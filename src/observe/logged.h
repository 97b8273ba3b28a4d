#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "http/handler.h"
#include "observe/log_time.h"
#include "server/service.h"

namespace weir::observe {

// An exchange that is over, as a line of the access log is made of it. For the length of a call.
struct Logged {
  const http::Request& request;  // with its record
  const server::RouteTarget& route;
  LogTime& time;
  base::Stamp now;       // for `time`
  base::Arena& scratch;  // for what has to be put together; forgotten behind the line
};

}  // namespace weir::observe
