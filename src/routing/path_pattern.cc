#include "routing/path_pattern.h"

#include <array>
#include <utility>

#include "base/arena.h"
#include "base/ascii.h"
#include "http/regex.h"
#include "http/target.h"

namespace weir::routing {
namespace {

// nginx's signs, the longer before those they begin with.
constexpr std::array<std::pair<std::string_view, PathKind>, 4> kSigns = {{
    {"=", PathKind::kExact},
    {"^~", PathKind::kPreferredPrefix},
    {"~*", PathKind::kRegexNoCase},
    {"~", PathKind::kRegex},
}};

base::Error wrong(std::string_view path, std::string_view why) {
  return {"the path '" + std::string(path) + "' " + std::string(why)};
}

// What no request can hold as it is becomes %XX, so that a file may say "/caf\u00e9 menu".
std::string encode_strangers(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(path.size());
  for (char c : path) {
    auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f) {
      encoded.push_back(c);
    } else {
      encoded.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return encoded;
}

// A segment that is "." or "..", its dots encoded or not.
bool is_dot_segment(std::string_view segment) {
  std::size_t dots = 0;
  while (!segment.empty() && dots < 3) {
    if (segment.front() == '.') {
      segment.remove_prefix(1);
    } else if (base::equal_nocase(segment.substr(0, 3), "%2e")) {
      segment.remove_prefix(3);
    } else {
      return false;
    }
    ++dots;
  }
  return dots == 1 || dots == 2;
}

// What is wrong with a path; empty: nothing, as far as can be seen before it is normalised.
std::string_view fault_of(std::string_view path) {
  if (path.empty()) return "is empty; leave 'path' out to take any";
  if (path.front() != '/') return "does not begin with '/'";
  if (path.find_first_of("?#") != std::string_view::npos) {
    return "holds a '?' or '#': a query is no part of it (inside a path they are written %3F and "
           "%23)";
  }
  if (path.find("//") != std::string_view::npos) {
    return "holds '//', which no request does: runs of '/' are taken as one";
  }
  for (std::string_view rest = path.substr(1);;) {
    auto slash = rest.find('/');
    if (is_dot_segment(rest.substr(0, slash))) {
      return "holds a '.' or '..' segment, which no request does: they are resolved first";
    }
    if (slash == std::string_view::npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

base::Result<std::string> normal_form(std::string_view path) {
  auto fault = fault_of(path);
  if (!fault.empty()) return wrong(path, fault);
  std::string encoded = encode_strangers(path);
  base::Arena arena;
  http::NormalPath normal;
  if (http::normalize_path(encoded, arena, normal) != http::Reason::kNone) {
    return wrong(path, "holds a '%' without two hexadecimal digits, or %00");
  }
  return std::string(normal.text);
}

}  // namespace

std::string text_of(const PathPattern& pattern) {
  for (const auto& [sign, kind] : kSigns) {
    if (kind == pattern.kind) return std::string(sign) + ' ' + pattern.text;
  }
  return pattern.text;
}

base::Result<PathPattern> parse_path_pattern(std::string_view text) {
  PathPattern pattern;
  pattern.kind = PathKind::kPrefix;
  std::string_view rest = base::trim(text);
  for (const auto& [sign, kind] : kSigns) {
    if (!rest.starts_with(sign)) continue;
    pattern.kind = kind;
    rest = base::trim(rest.substr(sign.size()));
    break;
  }
  if (!pattern.is_regex()) {
    auto normal = normal_form(rest);
    if (!normal) return normal.error();
    pattern.text = std::move(normal.value());
    return pattern;
  }
  if (rest.empty()) return wrong(text, "is a regex without text");
  bool no_case = pattern.kind == PathKind::kRegexNoCase;
  auto regex =
      http::Regex::compile(rest, no_case ? http::Case::kInsensitive : http::Case::kSensitive);
  if (!regex) return regex.error();
  pattern.text = rest;
  return pattern;
}

}  // namespace weir::routing
