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
// $request_uri $args $is_args $remote_addr $request_id $request_method, and the families $arg_
// $http_ $cookie_. $uri is the path in its normal form, without query, and still encoded; the
// others are as received.
std::span<const Variable> request_variables();

// The variable that `name` (without "$") means, or null. A whole name goes before a family, the
// longest family before shorter ones; a family without a suffix means nothing.
const Variable* find_variable(std::span<const Variable> variables, std::string_view name);

}  // namespace weir::http
