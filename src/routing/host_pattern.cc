#include "routing/host_pattern.h"

#include <algorithm>

#include "base/ascii.h"

namespace weir::routing {
namespace {

// Longest name that DNS can hold, in text (RFC 1035 section 2.3.4).
constexpr std::size_t kNameMax = 253;

constexpr bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || base::is_digit(c) || c == '-' || c == '_' || c == '.';
}

bool is_address_v6(std::string_view text) {
  return text.size() > 3 && text.front() == '[' && text.back() == ']' &&
         std::all_of(text.begin() + 1, text.end() - 1,
                     [](char c) { return base::hex_value(c) >= 0 || c == ':' || c == '.'; });
}

// What is wrong with the name (lower case, no wildcard in front); empty: nothing.
std::string_view fault_of(std::string_view name) {
  if (name.empty()) return "it is empty; leave 'host' out to take any";
  if (name == "*") return "leave 'host' out to take any";
  if (name.front() == '~') return "regexes are not taken for hosts";
  if (name.find('*') != std::string_view::npos) {
    return "a '*' stands only in front, as in *.example.com";
  }
  if (std::any_of(name.begin(), name.end(),
                  [](char c) { return static_cast<signed char>(c) < 0; })) {
    return "write names with letters outside ASCII in their xn-- form";
  }
  auto colon = name.find(':');
  if (colon != std::string_view::npos) {
    return name.find(':', colon + 1) == std::string_view::npos
               ? "it has no port; 'listener' tells ports apart"
               : "write an IPv6 address in brackets, as in [::1]";
  }
  if (!std::all_of(name.begin(), name.end(), is_host_char)) {
    return "a host is made of letters, digits, '-', '_' and '.'";
  }
  if (name.front() == '.' || name.find("..") != std::string_view::npos) {
    return "a label between its dots is empty; for all hosts below a domain write *.example.com";
  }
  if (name.size() > kNameMax) return "it is longer than 253 characters";
  return {};
}

}  // namespace

std::string text_of(const HostPattern& pattern) {
  return (pattern.wildcard ? "*" : "") + pattern.text;
}

base::Result<HostPattern> parse_host_pattern(std::string_view text) {
  HostPattern pattern;
  std::string name = base::to_lower(text);
  if (is_address_v6(name)) {
    pattern.text = std::move(name);
    return pattern;
  }
  pattern.wildcard = name.starts_with("*.");
  if (pattern.wildcard) name.erase(0, 2);
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();
  auto fault = fault_of(name);
  if (!fault.empty()) {
    return base::Error{"'" + std::string(text) + "' is not a host: " + std::string(fault)};
  }
  pattern.text = pattern.wildcard ? "." + name : std::move(name);
  return pattern;
}

}  // namespace weir::routing
