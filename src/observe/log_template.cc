#include "observe/log_template.h"

#include <algorithm>
#include <utility>

namespace weir::observe {

base::Result<LogTemplate> LogTemplate::compile(std::string_view text, http::TemplateFault* fault) {
  auto pieces = http::cut_template(text, fault);
  if (!pieces) return pieces.error();
  LogTemplate made;
  for (const http::TemplatePiece& piece : pieces.value()) {
    if (!piece.is_variable) {
      made.parts_.push_back({std::string(piece.text), std::nullopt});
      continue;
    }
    auto value = LogValue::find(piece.text);
    if (!value) return http::unknown_variable(text, piece, fault);
    made.needs_ = made.needs_ | value->needs();
    made.parts_.push_back({{}, std::move(value)});
    ++made.variables_;
  }
  return made;
}

std::string_view LogTemplate::render(const Logged& exchange) const {
  auto text_of = [&](const Part& part) {
    return part.value ? part.value->text(exchange) : std::string_view(part.text);
  };
  if (parts_.empty()) return {};
  if (parts_.size() == 1) return text_of(parts_[0]);
  auto* texts = exchange.scratch.array<std::string_view>(parts_.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    texts[i] = text_of(parts_[i]);
    size += texts[i].size();
  }
  char* to = exchange.scratch.take(size);
  char* at = to;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    at = std::copy(texts[i].begin(), texts[i].end(), at);
  }
  return {to, size};
}

}  // namespace weir::observe
