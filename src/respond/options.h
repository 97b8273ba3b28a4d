#pragma once

#include <string>
#include <utility>
#include <vector>

namespace weir::respond {

// An answer that is the same for every request (YAML: respond).
struct FixedOptions {
  unsigned status = 200;  // 200..599
  std::string body;       // empty where the status can have none
  // In order; a Content-Type for the body is added where none is given. Framing and the connection
  // are weir's own.
  std::vector<std::pair<std::string, std::string>> headers;

  bool operator==(const FixedOptions&) const = default;
};

// A redirect (YAML: redirect).
struct RedirectOptions {
  std::string to;         // a template (http/template.h): the Location
  unsigned status = 302;  // 301, 302, 303, 307 or 308

  bool operator==(const RedirectOptions&) const = default;
};

}  // namespace weir::respond
