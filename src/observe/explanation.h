#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "http/handler.h"
#include "observe/error_log.h"
#include "observe/log_text.h"
#include "server/options.h"
#include "server/service.h"
#include "upstream/options.h"

namespace weir::observe {

// The options whose values explanations tell. A plain value; the pools' names and options outlive
// it.
struct ExplainedOptions {
  server::Limits limits;
  server::Timeouts timeouts;
  std::vector<std::pair<std::string_view, const upstream::PoolOptions*>> pools;
};

// How much it matters that weir itself answered or cut for this reason: the backends' failures are
// errors, the clients' are for information.
Level level_of(http::Reason reason);

// Whether there is something to explain: weir itself answered or cut, and not because the client
// left.
bool is_explained(http::Reason reason);

// Writes why weir itself answered or cut, with the key that would change it, and whose request it
// was: `408: timeouts.client_body (30s) passed without a byte, client: 10.1.2.3, request: "PUT /a
// HTTP/1.1", ...`. What comes from the client is escaped and cut. Pure.
void put_explanation(LogText& text, const http::Request& request, const server::RouteTarget& route,
                     const ExplainedOptions& options);

// A duration and a size as the configuration writes them ("250ms", "10s", "5m"; "8k", "1g").
void put_duration(LogText& text, base::Duration duration);
void put_bytes(LogText& text, std::uint64_t bytes);

}  // namespace weir::observe
