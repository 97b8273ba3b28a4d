#include <algorithm>
#include <string>

#include "base/ascii.h"
#include "config/sections.h"

namespace weir::config {

namespace {

bool is_ip(std::string_view text) { return net::Cidr::parse(text).ok() && text != "unix:"; }

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), base::is_digit);
}

// What a text that is no address was probably meant to be; empty when nobody knows.
std::string address_hint(std::string_view text) {
  std::size_t scheme = text.find("://");
  if (scheme != std::string_view::npos) {
    std::string_view rest = text.substr(scheme + 3);
    std::string host(rest.substr(0, rest.find('/')));
    if (host.find(':') == std::string::npos) host += text.starts_with("https") ? ":443" : ":80";
    return "write \"" + host + "\"";
  }
  if (text.find_first_of(", ") != std::string_view::npos)
    return "several are a list: [\"A\", \"B\"]";
  if (is_number(text)) return "ports go up to 65535";
  std::size_t colon = text.rfind(':');
  bool is_v6 = std::count(text.begin(), text.end(), ':') > 1 && text[0] != '[';
  if (is_v6 && is_number(text.substr(colon + 1)) && is_ip(text.substr(0, colon)))
    return "write \"[" + std::string(text.substr(0, colon)) + "]" +
           std::string(text.substr(colon)) + "\"";
  if (is_v6 && is_ip(text)) return "write \"[" + std::string(text) + "]:80\"";
  bool no_port = colon == std::string_view::npos || text.ends_with(']');
  if (no_port && !text.empty()) return "write \"" + std::string(text) + ":80\"";
  return {};
}

}  // namespace

std::optional<net::Address> read_address(Scope& scope, const KeyInfo& key, const Node& node) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return std::nullopt;
  auto address = net::parse_address(*text);
  if (!address) {
    scope.error(node.place, address.error().text, address_hint(*text));
    return std::nullopt;
  }
  return address.value();
}

}  // namespace weir::config
