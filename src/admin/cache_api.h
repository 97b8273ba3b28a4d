#pragma once

#include <string>
#include <string_view>

#include "cache/seconds.h"
#include "http/handler.h"
#include "observe/metrics_source.h"

namespace weir::admin {

// What the API answers: JSON, from status 400 on problem details (RFC 9457).
struct ApiAnswer {
  unsigned status = 200;
  std::string body;
  std::string_view allow = {};  // with 405
};

// Where the API of the cache begins; a zone's name follows.
inline constexpr std::string_view kCachePath = "/api/v1/cache/";

// Answers a request whose path begins with kCachePath:
//   GET     what the zone holds and counts
//   GET     ?key=K: what is stored under this key, without counting as a request for it
//   DELETE  ?key=K, ?prefix=P (of keys) or ?tag=T: purges; with soft=1 it is stale from now on
//           rather than gone
// Values are decoded as those of forms are; what is not known of a query is an error, and nothing
// is purged then. `now`: seconds since 1970. On the thread that owns the source.
ApiAnswer answer_cache(const observe::MetricsSource& source, const http::Request& request,
                       cache::Seconds now);

}  // namespace weir::admin
