#include "http/template.h"

#include <algorithm>

#include "base/ascii.h"

namespace weir::http {
namespace {

constexpr bool is_name_char(char c) {
  char l = base::lower(c);
  return (l >= 'a' && l <= 'z') || base::is_digit(c) || c == '_';
}

// A reference to a variable at the "$" in front of `text`.
struct Reference {
  std::string_view name;   // empty: the syntax is wrong
  std::size_t length = 1;  // of all of it, "$" and braces included
};

Reference read_reference(std::string_view text) {
  Reference found;
  bool braces = text.size() > 1 && text[1] == '{';
  std::size_t from = braces ? 2 : 1;
  std::size_t to = from;
  while (to < text.size() && is_name_char(text[to])) ++to;
  found.length = to;
  if (braces) {
    if (to == text.size() || text[to] != '}') return found;
    found.length = to + 1;
  }
  found.name = text.substr(from, to - from);
  return found;
}

}  // namespace

base::Result<Template> Template::compile(std::string_view text, std::span<const Variable> variables,
                                         TemplateFault* fault) {
  Template made;
  made.text_ = text;
  std::size_t at = 0;
  while (at < text.size()) {
    auto dollar = std::min(text.find('$', at), text.size());
    if (dollar > at) made.parts_.push_back({nullptr, at, dollar - at});
    if (dollar == text.size()) break;
    auto reference = read_reference(text.substr(dollar));
    const Variable* variable =
        reference.name.empty() ? nullptr : find_variable(variables, reference.name);
    if (variable == nullptr) {
      if (fault != nullptr) *fault = {dollar, reference.length, reference.name};
      std::string where =
          " at character " + std::to_string(dollar + 1) + " of '" + made.text_ + "'";
      if (reference.name.empty()) {
        return base::Error{"'$' wants the name of a variable behind it, as $host or ${host}," +
                           where};
      }
      return base::Error{"unknown variable '$" + std::string(reference.name) + "'" + where};
    }
    std::size_t suffix = variable->is_family() ? variable->name.size() : reference.name.size();
    auto name_at = static_cast<std::size_t>(reference.name.data() - text.data());
    made.parts_.push_back({variable->value, name_at + suffix, reference.name.size() - suffix});
    ++made.variables_;
    at = dollar + reference.length;
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
