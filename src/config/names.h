#pragma once

#include <string>
#include <string_view>

namespace weir::config {

// Names stand in metrics, logs and messages. What is wrong with one, as a whole sentence; empty:
// nothing.

// An upstream: 1 to 64 letters, digits, "_", "-" and ".".
std::string upstream_name_fault(std::string_view name);
// A zone of the cache: the same.
std::string zone_name_fault(std::string_view name);
// The same as a regex (ECMA-262).
inline constexpr std::string_view kUpstreamNamePattern = "^[A-Za-z0-9_.-]{1,64}$";
// A route: 1 to 128 bytes of UTF-8 without control characters, quotes and backslashes.
std::string route_name_fault(std::string_view name);

// The name of a route that has none: its host and path, "default" for one that has neither. Cut to
// what route_name_fault allows.
std::string route_name(std::string_view host, std::string_view path);

}  // namespace weir::config
