#include "config/environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/ascii.h"
#include "config/errors.h"
#include "http/variable.h"

namespace weir::config {

namespace {

bool is_name(std::string_view name) {
  auto is_letter = [](char c) {
    return (base::lower(c) >= 'a' && base::lower(c) <= 'z') || c == '_';
  };
  if (name.empty() || !is_letter(name[0])) return false;
  return std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || base::is_digit(c); });
}

Expanded fault(std::size_t at, std::size_t length, std::string error) {
  return {{}, std::move(error), at, length, {}};
}

}  // namespace

Expanded expand(std::string_view text, const char* (*lookup)(const char* name)) {
  Expanded result;
  for (std::size_t at = 0; at < text.size();) {
    std::string_view rest = text.substr(at);
    if (rest.starts_with("$${")) {
      result.text += "${";
      at += 3;
      continue;
    }
    if (!rest.starts_with("${")) {
      result.text += text[at++];
      continue;
    }
    std::size_t close = rest.find('}');
    if (close == std::string_view::npos)
      return fault(at, rest.size(), "'${' is not closed by '}'; a literal '${' is written '$${'");
    std::string_view inside = rest.substr(2, close - 2);
    std::size_t colon = inside.find(":-");
    std::string name(inside.substr(0, colon));
    if (!is_name(name)) {
      return fault(at, close + 1,
                   quoted(name) +
                       " is no name of an environment variable; write ${NAME} or "
                       "${NAME:-default}, and '$${' for a literal '${'");
    }
    const char* value = lookup(name.c_str());
    if (colon != std::string_view::npos) {
      bool given = value != nullptr && *value != '\0';
      result.text += given ? std::string_view(value) : inside.substr(colon + 2);
      result.variables.push_back({std::move(name), !given});
    } else if (value != nullptr) {
      result.text += value;
      result.variables.push_back({std::move(name), false});
    } else if (http::find_variable(http::request_variables(), name) != nullptr) {
      return fault(at, close + 1,
                   fmt::format("${{{0}}} is of the environment, and is not set; the variable of "
                               "the request is ${0}, or $${{{0}}} where a letter follows",
                               name));
    } else {
      return fault(at, close + 1,
                   "the environment variable " + quoted(name) +
                       " is not set; set it, or give a default: ${" + name + ":-default}");
    }
    at += close + 1;
  }
  return result;
}

const char* environment(const char* name) { return std::getenv(name); }

}  // namespace weir::config
