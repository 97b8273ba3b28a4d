#include "http/failure.h"

#include <array>
#include <cstddef>

namespace weir::http {
namespace {

struct Entry {
  std::string_view text;
  unsigned status;
};

// In the order of Reason.
constexpr std::array<Entry, static_cast<std::size_t>(Reason::kCount)> kReasons = {{
    {"none", 0},
    {"bad_request", 400},
    {"bad_framing", 400},
    {"bad_host", 400},
    {"bad_path", 400},
    {"bad_body", 400},
    {"uri_too_long", 414},
    {"header_too_large", 431},
    {"too_many_headers", 431},
    {"body_too_large", 413},
    {"expectation", 417},
    {"bad_upgrade", 400},
    {"upgrade_version", 426},
    {"method_not_implemented", 501},
    {"version", 505},
    {"misdirected", 421},
    {"no_route", 404},
    {"method_not_allowed", 405},
    {"client_header_timeout", 408},
    {"client_body_timeout", 408},
    {"client_closed", 499},
    {"tunnel_idle", 504},
    {"no_endpoint", 503},
    {"endpoints_full", 503},
    {"queue_full", 503},
    {"queue_timeout", 503},
    {"upstream_connect", 502},
    {"upstream_connect_timeout", 504},
    {"upstream_reset", 502},
    {"upstream_malformed", 502},
    {"upstream_timeout", 504},
    {"upstream_cut", 502},
    {"no_descriptors", 503},
    {"no_ports", 503},
    {"no_memory", 503},
    {"route_timeout", 504},
    {"shutting_down", 503},
}};

// In the order of Phase.
constexpr std::array<std::string_view, static_cast<std::size_t>(Phase::kCount)> kPhases = {
    "client_header",
    "client_body",
    "client_idle",
    "client_write",
    "tunnel_idle",
    "linger",
    "upstream_queue",
    "upstream_connect",
    "upstream_first_byte",
    "upstream_read",
    "upstream_write",
    "upstream_try",
    "route",
    "drain",
};

}  // namespace

std::string_view text_of(Reason reason) {
  auto at = static_cast<std::size_t>(reason);
  return at < kReasons.size() ? kReasons[at].text : std::string_view();
}

unsigned status_of(Reason reason) {
  auto at = static_cast<std::size_t>(reason);
  return at < kReasons.size() ? kReasons[at].status : 0;
}

std::string_view text_of(Phase phase) {
  auto at = static_cast<std::size_t>(phase);
  return at < kPhases.size() ? kPhases[at] : std::string_view();
}

}  // namespace weir::http
