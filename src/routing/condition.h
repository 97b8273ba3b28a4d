#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "http/handler.h"
#include "net/address.h"
#include "routing/method_set.h"
#include "routing/route_options.h"
#include "routing/value_pattern.h"

namespace weir::routing {

// What a route may ask of a request beside host and path: each kind has holds(), which reads views
// of the request and allocates nothing.

// It came in by one listener.
struct OnListener {
  std::size_t listener = 0;
  [[nodiscard]] bool holds(const http::Request& request) const {
    return request.listener == listener;
  }
};

// Its method is one of these.
struct MethodIn {
  MethodSet methods;
  [[nodiscard]] bool holds(const http::Request& request) const {
    return methods.contains(request.head.method, request.head.method_text);
  }
};

// The client's address, as trusted proxies tell it, is in one of the blocks.
struct ClientIn {
  std::vector<net::Cidr> blocks;
  std::string text;  // the blocks, for people
  [[nodiscard]] bool holds(const http::Request& request) const;
};

// A field of that name, in any case, has such a value: of several fields, one.
struct FieldIs {
  std::string name;
  http::Name id = http::Name::kOther;
  ValuePattern value;
  [[nodiscard]] bool holds(const http::Request& request) const;
};

// A parameter of the query has that name and such a value, both decoded; of several, one. Uses
// request.arena where something is encoded.
struct ParameterIs {
  std::string name;
  ValuePattern value;
  [[nodiscard]] bool holds(const http::Request& request) const;
};

// A cookie has that name and such a value, as received; of several, one.
struct CookieIs {
  std::string name;
  ValuePattern value;
  [[nodiscard]] bool holds(const http::Request& request) const;
};

// One of these, or its opposite.
struct Condition {
  std::variant<OnListener, MethodIn, ClientIn, FieldIs, ParameterIs, CookieIs> test;
  bool negated = false;  // of `not`

  [[nodiscard]] bool holds(const http::Request& request) const {
    return std::visit([&](const auto& one) { return one.holds(request); }, test) != negated;
  }
};

// The condition as the file has it, in a line: "headers X-Beta: 1", "not method GET, HEAD".
std::string text_of(const Condition& condition);

// The conditions of a route, those that cost least first.
base::Result<std::vector<Condition>> parse_conditions(const RouteOptions& options);

// How many there are for the order of routes: each one counts, all of `not` together as one.
std::size_t count_of(const std::vector<Condition>& conditions);

// What is wrong with the name of a header, a parameter or a cookie in a condition, as a whole
// sentence; empty: nothing.
std::string header_fault(std::string_view name);
std::string parameter_fault(std::string_view name);
std::string cookie_fault(std::string_view name);

}  // namespace weir::routing
