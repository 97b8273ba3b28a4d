#include "observe/template_line.h"

#include <algorithm>

namespace weir::observe {

TemplateLine::TemplateLine(const LogTemplate& of, const Logged& exchange)
    : template_(of), values_(exchange.scratch.array<std::string_view>(of.parts().size())) {
  std::string_view* value = values_;
  for (const LogTemplate::Part& part : of.parts()) {
    if (part.value) *value = part.value->masked_text(exchange);
    ++value;
  }
}

std::size_t TemplateLine::size_max(std::size_t text_max) const {
  std::size_t size = 1;
  const std::string_view* value = values_;
  for (const LogTemplate::Part& part : template_.parts()) {
    size += part.value ? 1 + std::min(value->size(), text_max) * LogText::kEscapeGrowth
                       : part.text.size();
    ++value;
  }
  return size;
}

void TemplateLine::put(LogText& line, std::size_t text_max) const {
  const std::string_view* value = values_;
  for (const LogTemplate::Part& part : template_.parts()) {
    if (!part.value) {
      line.raw(part.text);
    } else if (value->empty()) {
      line.raw('-');
    } else {
      line.escaped(value->substr(0, text_max));
    }
    ++value;
  }
  line.raw('\n');
}

}  // namespace weir::observe
