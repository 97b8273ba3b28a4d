#pragma once

#include <string_view>

#include "base/clock.h"
#include "http/handler.h"
#include "observe/explanation.h"
#include "observe/log_text.h"
#include "server/service.h"

namespace weir::observe {

// What an explanation is made from; lives while it is made.
struct Explained {
  LogText& text;
  const http::Request& request;
  const server::RouteTarget& route;
  const ExplainedOptions& options;
};

// `timeouts.KEY (VALUE)`.
void put_timeout(const Explained& c, std::string_view key, base::Duration value);

// The part of put_explanation for what went wrong on the way to a backend: which upstream and
// endpoint, what happened, and why it was not tried again. Pure.
void put_backend_explanation(const Explained& c);

}  // namespace weir::observe
