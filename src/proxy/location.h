#pragma once

#include <string_view>

#include "http/fields.h"
#include "http/handler.h"
#include "proxy/options.h"

namespace weir::proxy {

// A Location means something with this status (RFC 9110 section 10.2.2).
constexpr bool may_have_location(unsigned status) {
  return status == 201 || (status >= 300 && status < 400);
}

// Where `fields` of a backend's answer hold a Location that names the backend itself, by the name
// of its endpoint or by the Host that it was sent and the client did not use, has it name what the
// client knows: its own scheme and authority, and the path with the route's prefixes undone (nginx:
// proxy_redirect default). Other places, and references without an authority, stay: who is meant by
// those only the backend knows. The entries are replaced, those given stay as they are; in the
// exchange's arena.
void map_location(http::Fields& fields, const http::Request& request, const ProxyOptions& options,
                  std::string_view endpoint);

}  // namespace weir::proxy
