#include <algorithm>
#include <string>

#include "base/ascii.h"
#include "config/characters.h"
#include "config/sections.h"

namespace weir::config {

namespace {

bool is_ip(std::string_view text) { return net::Cidr::parse(text).ok() && text != "unix:"; }

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), base::is_digit);
}

// What is in the text that belongs to another language; empty: nothing.
std::string foreign_hint(std::string_view text) {
  if (text.ends_with(';')) return "there is no ';' at the end of a value";
  if (text.find("{{") != std::string_view::npos)
    return "is this a template that was not filled in?";
  if (text.find('$') != std::string_view::npos)
    return "a variable of the environment is written ${NAME}";
  if (text.find(" //") != std::string_view::npos) return "a comment begins with #";
  if (text.find("weight=") != std::string_view::npos)
    return "write {address: \"" + std::string(text.substr(0, text.find(' '))) + "\", weight: 3}";
  if (text.starts_with('-')) return "an entry of a list has a blank behind its dash";
  return strange_character(text);
}

// What a text that is no address was probably meant to be; empty when nobody knows.
std::string address_hint(std::string_view text) {
  if (auto foreign = foreign_hint(text); !foreign.empty()) return foreign;
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

// A port such as 08080, which YAML's readers take for different numbers.
std::string_view leading_zero(std::string_view text) {
  std::string_view port = text.substr(text.rfind(':') + 1);
  bool is_zero_led = port.size() > 1 && port[0] == '0' && is_number(port);
  return is_zero_led ? port : std::string_view();
}

}  // namespace

std::optional<net::Address> read_address(Scope& scope, const KeyInfo& key, const Node& node) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return std::nullopt;
  bool printable = std::none_of(text->begin(), text->end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (!printable) {
    scope.wants(node.place, key.name, wants_text(key.shape),
                quoted(*text) + " holds a line end or another control character");
    return std::nullopt;
  }
  auto address = net::parse_address(*text);
  if (!address) {
    scope.error(node.place, address.error().text, address_hint(*text));
    return std::nullopt;
  }
  std::string_view port = leading_zero(*text);
  if (!address.value().is_unix && !port.empty()) {
    scope.error(node.place, "the port " + quoted(port) + " has a leading zero",
                "write " + std::to_string(address.value().port));
    return std::nullopt;
  }
  return address.value();
}

}  // namespace weir::config
