#include "observe/log_format.h"

#include <algorithm>
#include <string>
#include <utility>

namespace weir::observe {

base::Result<LogFormat> LogFormat::compile(std::string_view text, http::TemplateFault* fault) {
  LogFormat made;
  if (text == "combined") return made;
  if (text == "json") {
    made.kind_ = Kind::kJson;
    return made;
  }
  auto compiled = LogTemplate::compile(text, fault);
  if (!compiled) return compiled.error();
  if (compiled.value().is_constant()) {
    return base::Error{"'" + std::string(text) +
                       "' is no format: a template has variables, as \"$remote_addr $status\""};
  }
  auto ends_line = [](char c) { return c == '\n' || c == '\r' || c == '\0'; };
  if (std::any_of(text.begin(), text.end(), ends_line)) {
    return base::Error{"a line of the log is one line: the template has an end of line in it"};
  }
  made.kind_ = Kind::kTemplate;
  made.template_ = std::move(compiled.value());
  return made;
}

}  // namespace weir::observe
