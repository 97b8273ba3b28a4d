#pragma once

#include <span>
#include <string_view>

#include "base/arena.h"
#include "http/handler.h"

namespace weir::http {

// One $variable that templates know, named as nginx names it. Floors above make more by putting
// theirs behind request_variables() in a table of their own.
struct Variable {
  // Without "$". One that ends in "_" stands for a family: "http_" takes $http_x_trace, with the
  // suffix "x_trace".
  std::string_view name;
  // The value for one request; empty where there is none. `suffix` is empty but for families. The
  // view lives as long as the exchange's arena, from which the function takes what it has to put
  // together.
  std::string_view (*value)(const Request& request, std::string_view suffix, base::Arena& arena);

  [[nodiscard]] bool is_family() const { return name.ends_with('_'); }
};

// What is known of every request (nginx, ngx_http_variables): $scheme $host $http_host $uri
// $document_uri $request $request_uri $args $query_string $is_args $remote_addr $remote_port
// $remote_user $request_id $request_method $server_protocol, and the families $arg_ $http_
// $cookie_. $uri is the path in its normal form, without query, and still encoded; the others are
// as received. docs/logging.md describes each.
std::span<const Variable> request_variables();

// What stands behind the name of a family; empty for a variable that is none.
inline std::string_view suffix_of(std::string_view variable, std::string_view name) {
  return variable.ends_with('_') ? name.substr(variable.size()) : std::string_view();
}

// The suffix, as $http_ has it, means a field of this name: in any case, "_" for "-".
bool names_field(std::string_view suffix, std::string_view field);

// The variable of a table that `name` (without "$") means, or null. A whole name goes before a
// family, the longest family before shorter ones; a family without a suffix means nothing.
template <class V>
const V* find_variable(std::span<const V> variables, std::string_view name) {
  const V* family = nullptr;
  for (const V& variable : variables) {
    if (!variable.is_family()) {
      if (variable.name == name) return &variable;
    } else if (name.size() > variable.name.size() && name.starts_with(variable.name) &&
               (family == nullptr || family->name.size() < variable.name.size())) {
      family = &variable;
    }
  }
  return family;
}

}  // namespace weir::http
