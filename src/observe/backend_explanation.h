#pragma once

#include "http/handler.h"
#include "observe/explanation.h"
#include "observe/log_text.h"
#include "server/service.h"

namespace weir::observe {

// The part of put_explanation for what went wrong on the way to a backend: which upstream and
// endpoint, what happened, and why it was not tried again. Pure.
void put_backend_explanation(LogText& text, const http::Request& request,
                             const server::RouteTarget& route, const ExplainedOptions& options);

}  // namespace weir::observe
