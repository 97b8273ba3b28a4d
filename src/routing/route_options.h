#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::routing {

// What is asked of a request beside host and path, as the file gives it. Empty: any.
struct ConditionOptions {
  // A name, and what ValuePattern reads.
  using Named = std::vector<std::pair<std::string, std::string>>;

  std::optional<std::size_t> listener;  // index into the listeners
  std::vector<std::string> methods;     // as MethodSet takes them
  std::vector<std::string> clients;     // CIDR blocks
  Named headers;
  Named query;
  Named cookies;

  bool operator==(const ConditionOptions&) const = default;
};

// Which requests a route takes, as the file gives it.
struct RouteOptions {
  std::string name;                // label in metrics and logs; unique, never empty
  std::vector<std::string> hosts;  // as parse_host_pattern reads them; empty: any
  std::string path;                // as parse_path_pattern reads it; empty: any
  ConditionOptions when{};         // each must hold
  ConditionOptions unless{};       // none may hold (YAML: not)

  bool operator==(const RouteOptions&) const = default;
};

}  // namespace weir::routing
