#include "http/host.h"

#include <arpa/inet.h>

#include <array>
#include <cstring>

#include "base/ascii.h"
#include "http/char_class.h"

namespace weir::http {
namespace {

// port = *DIGIT (RFC 3986 section 3.2.3): empty is allowed and means the default.
bool is_port(std::string_view text) {
  if (text.empty()) return true;
  auto number = base::parse_decimal(text);
  return text.size() <= 5 && number && *number <= 65535;
}

bool is_ipv6(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> copy{};
  if (text.empty() || text.size() >= copy.size()) return false;
  if (text.find('\0') != std::string_view::npos) return false;
  std::memcpy(copy.data(), text.data(), text.size());
  in6_addr address;
  return inet_pton(AF_INET6, copy.data(), &address) == 1;
}

bool is_reg_name(std::string_view text, bool& has_upper) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || base::hex_value(text[i + 1]) < 0 ||
          base::hex_value(text[i + 2]) < 0) {
        return false;
      }
    } else if (!is_in(c, kNameChar)) {
      return false;
    }
    has_upper = has_upper || (c >= 'A' && c <= 'Z');
  }
  return true;
}

std::string_view lower_copy(std::string_view text, base::Arena& arena) {
  char* to = arena.take(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) to[i] = base::lower(text[i]);
  return {to, text.size()};
}

}  // namespace

Reason parse_host(std::string_view authority, base::Arena& arena, Host& out) {
  std::string_view host = authority;
  std::string_view rest;
  bool has_upper = false;
  if (!host.empty() && host.front() == '[') {
    auto end = host.find(']');
    if (end == std::string_view::npos) return Reason::kBadHost;
    rest = host.substr(end + 1);
    host = host.substr(0, end + 1);
    if (!is_ipv6(host.substr(1, end - 1))) return Reason::kBadHost;
    has_upper = true;
  } else {
    auto colon = host.find(':');
    if (colon != std::string_view::npos) {
      rest = host.substr(colon);
      host = host.substr(0, colon);
    }
    if (!is_reg_name(host, has_upper)) return Reason::kBadHost;
    if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  }
  if (host.empty()) return Reason::kBadHost;
  if (!rest.empty()) {
    if (rest.front() != ':' || !is_port(rest.substr(1))) return Reason::kBadHost;
    out.port = rest.substr(1);
  }
  out.host = has_upper ? lower_copy(host, arena) : host;
  return Reason::kNone;
}

}  // namespace weir::http
