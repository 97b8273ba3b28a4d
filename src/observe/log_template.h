#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/template_text.h"
#include "observe/log_value.h"

namespace weir::observe {

// Text with $variables for the end of an exchange (as http::Template is for its begin), compiled
// when the configuration is read. A plain value; immutable, any thread.
class LogTemplate {
 public:
  // Literal text, or a variable where there is a value.
  struct Part {
    std::string text;
    std::optional<LogValue> value;
  };

  // Takes http::request_variables() and log_variables(). On an error `fault`, where given, says
  // where.
  static base::Result<LogTemplate> compile(std::string_view text,
                                           http::TemplateFault* fault = nullptr);

  [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
  [[nodiscard]] server::LogNeeds needs() const { return needs_; }
  // No variable in it.
  [[nodiscard]] bool is_constant() const { return variables_ == 0; }

  // The text for one exchange, unmasked; what has no value is empty. Lives until the scratch memory
  // is forgotten.
  [[nodiscard]] std::string_view render(const Logged& exchange) const;

 private:
  std::vector<Part> parts_;
  std::size_t variables_ = 0;
  server::LogNeeds needs_;
};

}  // namespace weir::observe
