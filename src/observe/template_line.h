#pragma once

#include <cstddef>
#include <string_view>

#include "observe/log_template.h"
#include "observe/log_text.h"

namespace weir::observe {

// A line of a template for one exchange: literal text as it is, values masked and escaped as
// nginx's, "-" for what has none. A view, valid until the scratch memory is forgotten.
class TemplateLine {
 public:
  // The template outlives it.
  TemplateLine(const LogTemplate& of, const Logged& exchange);

  // Room that is enough for the line when each value is cut to `text_max` bytes.
  [[nodiscard]] std::size_t size_max(std::size_t text_max) const;
  // Writes the line with its end, where there is as much room.
  void put(LogText& line, std::size_t text_max) const;

 private:
  const LogTemplate& template_;
  std::string_view* values_;  // by part; of no meaning for literal text
};

}  // namespace weir::observe
