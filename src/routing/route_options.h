#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace weir::routing {

// Which requests a route takes, as the file gives it.
struct RouteOptions {
  std::string name;                     // label in metrics and logs; unique, never empty
  std::vector<std::string> hosts;       // as parse_host_pattern reads them; empty: any
  std::string path;                     // as parse_path_pattern reads it; empty: any
  std::optional<std::size_t> listener;  // index into the listeners; nothing: any
};

}  // namespace weir::routing
