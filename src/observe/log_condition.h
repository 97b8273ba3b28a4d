#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/regex.h"
#include "http/template_text.h"
#include "observe/log_template.h"

namespace weir::observe {

// A question to an exchange that is over (YAML: access_log.if of a route): a template, then one of
// "~", "!~", "=" and "!=" between blanks, and a value, as in "$status ~ ^5". Immutable, any thread.
class LogCondition {
 public:
  // On an error `fault`, where given, says where a variable of the template is at fault; where it
  // is something else its length is 0.
  static base::Result<LogCondition> compile(std::string_view text,
                                            http::TemplateFault* fault = nullptr);

  [[nodiscard]] bool holds(const Logged& exchange) const;
  [[nodiscard]] server::LogNeeds needs() const { return template_.needs(); }

 private:
  LogTemplate template_;
  std::optional<http::Regex> regex_;  // none: compared with value_
  std::string value_;
  bool negated_ = false;
};

}  // namespace weir::observe
