#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/template_text.h"
#include "observe/log_template.h"

namespace weir::observe {

// What a line of the access log holds (YAML: access_log.format). A plain value; immutable, any
// thread.
class LogFormat {
 public:
  enum class Kind : std::uint8_t { kCombined, kJson, kTemplate };

  // nginx's combined.
  LogFormat() = default;
  // "combined", "json", or a template. On an error `fault`, where given, says where a template is
  // wrong; where it is no template at all its length is 0.
  static base::Result<LogFormat> compile(std::string_view text,
                                         http::TemplateFault* fault = nullptr);

  [[nodiscard]] Kind kind() const { return kind_; }
  // Of kTemplate.
  [[nodiscard]] const LogTemplate& line() const { return template_; }
  [[nodiscard]] server::LogNeeds needs() const { return template_.needs(); }

 private:
  Kind kind_ = Kind::kCombined;
  LogTemplate template_;
};

}  // namespace weir::observe
