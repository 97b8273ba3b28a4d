#pragma once

#include <span>
#include <string_view>

#include "http/record.h"
#include "observe/logged.h"
#include "server/service.h"

namespace weir::observe {

// One $variable whose value is known when an exchange is over, and not before: of use in logs only.
// Named as nginx names it, where nginx has it.
struct LogVariable {
  // Without "$". One that ends in "_" stands for a family, as in http::Variable.
  std::string_view name;
  // The value; empty where there is none. Null for what each try has a value of.
  std::string_view (*value)(const Logged& exchange, std::string_view suffix) = nullptr;
  // The value of one try, the list of all being the variable's; null for what has one value.
  std::string_view (*of_try)(const Logged& exchange, const http::Try& one) = nullptr;
  server::LogNeeds needs = {};

  [[nodiscard]] bool is_family() const { return name.ends_with('_'); }
};

// $status $body_bytes_sent $bytes_sent $request_length $request_time $time_local $time_iso8601
// $msec $hostname $server_addr $server_port, $sent_http_ and a name, and of the tries
// $upstream_addr $upstream_status $upstream_connect_time $upstream_header_time
// $upstream_response_time $upstream_bytes_received, all as nginx's; weir's own $route $upstream
// $tries $reason $timed_out. docs/logging.md describes each.
std::span<const LogVariable> log_variables();

}  // namespace weir::observe
