#include "http/template.h"

#include <algorithm>

namespace weir::http {

base::Result<Template> Template::compile(std::string_view text, std::span<const Variable> variables,
                                         TemplateFault* fault) {
  auto pieces = cut_template(text, fault);
  if (!pieces) return pieces.error();
  Template made;
  made.text_ = text;
  for (const TemplatePiece& piece : pieces.value()) {
    auto at = static_cast<std::size_t>(piece.text.data() - text.data());
    if (!piece.is_variable) {
      made.parts_.push_back({nullptr, at, piece.text.size()});
      continue;
    }
    const Variable* variable = find_variable(variables, piece.text);
    if (variable == nullptr) return unknown_variable(text, piece, fault);
    std::size_t suffix = suffix_of(variable->name, piece.text).size();
    made.parts_.push_back({variable->value, at + piece.text.size() - suffix, suffix});
    ++made.variables_;
  }
  return made;
}

std::string_view Template::render(const Request& request, base::Arena& arena) const {
  if (is_constant()) return text_;
  if (parts_.size() == 1) return part_for(parts_[0], request, arena);
  auto* pieces = arena.array<std::string_view>(parts_.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    pieces[i] = part_for(parts_[i], request, arena);
    size += pieces[i].size();
  }
  char* to = arena.take(size);
  char* at = to;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    at = std::copy(pieces[i].begin(), pieces[i].end(), at);
  }
  return {to, size};
}

}  // namespace weir::http
