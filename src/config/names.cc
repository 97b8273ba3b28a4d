#include "config/names.h"

#include <algorithm>

#include "base/ascii.h"
#include "config/errors.h"

namespace weir::config {

namespace {

constexpr std::size_t kWordMax = 64;
constexpr std::size_t kRouteNameMax = 128;

bool is_word_char(char c) {
  char l = base::lower(c);
  return (l >= 'a' && l <= 'z') || base::is_digit(c) || c == '_' || c == '-' || c == '.';
}

bool is_label_char(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f && c != '"' && c != '\'' && c != '\\';
}

// What is wrong with the name of `what`, which is a word.
std::string word_fault(std::string_view what, std::string_view subject, std::string_view name) {
  if (name.empty()) return std::string(what) + " must have a name";
  if (name.size() > kWordMax)
    return "the name of " + std::string(what) + " has at most 64 characters";
  if (!std::all_of(name.begin(), name.end(), is_word_char)) {
    return std::string(subject) + " " + quoted(name) +
           " must be made of letters, digits, '_', '-' and '.'";
  }
  return {};
}

}  // namespace

std::string upstream_name_fault(std::string_view name) {
  return word_fault("an upstream", "the upstream name", name);
}

std::string zone_name_fault(std::string_view name) {
  return word_fault("a cache zone", "the zone name", name);
}

std::string route_name_fault(std::string_view name) {
  if (name.empty()) return "'name' is empty; leave it out for a name made from host and path";
  if (name.size() > kRouteNameMax) return "the name of a route has at most 128 bytes";
  if (!std::all_of(name.begin(), name.end(), is_label_char))
    return "the route name " + quoted(name) +
           " must not hold quotes, backslashes or control characters";
  return {};
}

std::string route_name(std::string_view host, std::string_view path) {
  std::string name(host);
  if (!host.empty() && !path.empty() && path[0] != '/') name += ' ';
  name += path;
  for (char& c : name) {
    if (!is_label_char(c)) c = '_';
  }
  if (name.size() > kRouteNameMax) {
    std::size_t size = kRouteNameMax;
    while (size > 0 && (static_cast<unsigned char>(name[size]) & 0xc0) == 0x80) --size;
    name.resize(size);
  }
  return name.empty() ? "default" : name;
}

}  // namespace weir::config
