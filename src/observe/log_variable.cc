#include "observe/log_variable.h"

#include <algorithm>

#include "base/ascii.h"
#include "http/variable.h"
#include "observe/host_name.h"

namespace weir::observe {
namespace {

using http::Try;

std::string_view decimal(base::Arena& arena, std::uint64_t value) {
  constexpr std::size_t kDigits = 20;
  char* to = arena.take(kDigits);
  auto size = static_cast<std::size_t>(base::write_decimal(to, value) - to);
  arena.trim(kDigits, size);
  return {to, size};
}

// Thousandths as a decimal fraction: "1.042".
std::string_view thousandths(base::Arena& arena, std::uint64_t value) {
  constexpr std::size_t kMost = 24;
  char* to = arena.take(kMost);
  char* at = base::write_decimal(to, value / 1000);
  *at++ = '.';
  for (std::uint64_t unit : {100U, 10U, 1U}) *at++ = static_cast<char>('0' + value / unit % 10);
  auto size = static_cast<std::size_t>(at - to);
  arena.trim(kMost, size);
  return {to, size};
}

// From one stamp to another, in seconds.
std::string_view seconds(base::Arena& arena, base::Stamp from, base::Stamp to) {
  return thousandths(arena, to > from ? static_cast<std::uint64_t>(to - from) / 1'000'000 : 0);
}

// Three digits always, as nginx.
std::string_view status_text(base::Arena& arena, unsigned status) {
  char* to = arena.take(3);
  to[0] = static_cast<char>('0' + status / 100 % 10);
  to[1] = static_cast<char>('0' + status / 10 % 10);
  to[2] = static_cast<char>('0' + status % 10);
  return {to, 3};
}

std::string_view status(const Logged& x, std::string_view) {
  return status_text(x.scratch, x.request.record.status);
}
std::string_view body_bytes_sent(const Logged& x, std::string_view) {
  return decimal(x.scratch, x.request.record.body_bytes_out);
}
std::string_view bytes_sent(const Logged& x, std::string_view) {
  return decimal(x.scratch, x.request.record.bytes_out);
}
std::string_view request_length(const Logged& x, std::string_view) {
  return decimal(x.scratch, x.request.record.bytes_in);
}
std::string_view request_time(const Logged& x, std::string_view) {
  return seconds(x.scratch, x.request.record.started, x.request.record.ended);
}

std::string_view time_local(const Logged& x, std::string_view) { return x.time.local(x.now); }
std::string_view time_iso8601(const Logged& x, std::string_view) { return x.time.iso8601(x.now); }
std::string_view msec(const Logged& x, std::string_view) {
  return thousandths(x.scratch, x.time.unix_ms(x.now));
}

std::string_view hostname(const Logged&, std::string_view) { return host_name(); }
std::string_view server_addr(const Logged& x, std::string_view) { return x.request.server_address; }
std::string_view server_port(const Logged& x, std::string_view) {
  return x.request.server_port == 0 ? std::string_view()
                                    : decimal(x.scratch, x.request.server_port);
}

// The first field of that name in the head as it was sent.
std::string_view sent_http(const Logged& x, std::string_view suffix) {
  std::string_view rest = x.request.record.sent_head;
  rest.remove_prefix(std::min(rest.find("\r\n"), rest.size()));
  while (rest.size() > 2) {
    rest.remove_prefix(2);
    std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(line.size());
    std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && http::names_field(suffix, line.substr(0, colon)))
      return base::trim(line.substr(colon + 1));
  }
  return {};
}

std::string_view route(const Logged& x, std::string_view) { return x.route.name; }
std::string_view upstream(const Logged& x, std::string_view) { return x.route.upstream; }
std::string_view tries(const Logged& x, std::string_view) {
  return decimal(x.scratch, x.request.record.attempts);
}
std::string_view reason(const Logged& x, std::string_view) {
  auto why = x.request.record.reason;
  return why == http::Reason::kNone ? std::string_view() : http::text_of(why);
}
std::string_view timed_out(const Logged& x, std::string_view) {
  return http::text_of(x.request.record.timed_out);
}

std::string_view upstream_addr(const Logged&, const Try& one) { return one.endpoint; }
std::string_view upstream_status(const Logged& x, const Try& one) {
  return one.status == 0 ? std::string_view() : status_text(x.scratch, one.status);
}
std::string_view since_began(const Logged& x, const Try& one, base::Stamp to) {
  return to == 0 ? std::string_view() : seconds(x.scratch, one.began, to);
}
std::string_view upstream_connect_time(const Logged& x, const Try& one) {
  return since_began(x, one, one.connected);
}
std::string_view upstream_header_time(const Logged& x, const Try& one) {
  return since_began(x, one, one.head);
}
std::string_view upstream_response_time(const Logged& x, const Try& one) {
  return since_began(x, one, one.ended == 0 ? x.request.record.ended : one.ended);
}
std::string_view upstream_bytes_received(const Logged& x, const Try& one) {
  return decimal(x.scratch, one.received);
}

constexpr server::LogNeeds kServerAddress{.server_address = true};

constexpr LogVariable kLogVariables[] = {
    {"status", status},
    {"body_bytes_sent", body_bytes_sent},
    {"bytes_sent", bytes_sent},
    {"request_length", request_length},
    {"request_time", request_time},
    {"time_local", time_local},
    {"time_iso8601", time_iso8601},
    {"msec", msec},
    {"hostname", hostname},
    {.name = "server_addr", .value = server_addr, .needs = kServerAddress},
    {.name = "server_port", .value = server_port, .needs = kServerAddress},
    {.name = "sent_http_", .value = sent_http, .needs = {.sent_head = true}},
    {"route", route},
    {"upstream", upstream},
    {"tries", tries},
    {"reason", reason},
    {"timed_out", timed_out},
    {.name = "upstream_addr", .of_try = upstream_addr},
    {.name = "upstream_status", .of_try = upstream_status},
    {.name = "upstream_connect_time", .of_try = upstream_connect_time},
    {.name = "upstream_header_time", .of_try = upstream_header_time},
    {.name = "upstream_response_time", .of_try = upstream_response_time},
    {.name = "upstream_bytes_received", .of_try = upstream_bytes_received},
};

}  // namespace

std::span<const LogVariable> log_variables() { return kLogVariables; }

}  // namespace weir::observe
