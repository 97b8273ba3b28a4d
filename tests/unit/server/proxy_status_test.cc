#include "server/proxy_status.h"

#include <doctest/doctest.h>

#include <set>
#include <string_view>

#include "http/failure.h"

namespace weir::server {

using http::Reason;

TEST_CASE("each reason has a type of RFC 9209") {
  const std::set<std::string_view> types = {
      "http_request_error",       "destination_not_found", "destination_unavailable",
      "connection_limit_reached", "connection_refused",    "connection_timeout",
      "connection_terminated",    "http_protocol_error",   "http_response_timeout",
      "http_response_incomplete", "proxy_internal_error",  "proxy_internal_response"};
  constexpr std::string_view kBegin = "weir; error=";
  CHECK(proxy_status_of(Reason::kNone).empty());
  for (std::size_t i = 1; i < static_cast<std::size_t>(Reason::kCount); ++i) {
    auto text = proxy_status_of(static_cast<Reason>(i));
    CAPTURE(text);
    REQUIRE(text.starts_with(kBegin));
    CHECK(types.contains(text.substr(kBegin.size())));
  }
}

}  // namespace weir::server
