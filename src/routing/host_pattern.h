#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::routing {

// Which hosts a route answers: one host, or all below a domain.
struct HostPattern {
  bool wildcard = false;
  // Lower case, without trailing dot: the host; of a wildcard the domain with its leading dot
  // (".example.com").
  std::string text;

  bool operator==(const HostPattern&) const = default;
};

// The host as the file has it ("*.example.com").
std::string text_of(const HostPattern& pattern);

// Reads "shop.example.com", "*.example.com" (any depth below, the domain itself not) or an address
// ("10.0.0.1",
// "[::1]"). Case and a trailing dot do not matter. Anything else is an Error: a port, a "*"
// elsewhere, letters outside ASCII.
base::Result<HostPattern> parse_host_pattern(std::string_view text);

}  // namespace weir::routing
