#include "http/template_text.h"

#include <algorithm>
#include <string>

#include "base/ascii.h"

namespace weir::http {
namespace {

constexpr bool is_name_char(char c) {
  char l = base::lower(c);
  return (l >= 'a' && l <= 'z') || base::is_digit(c) || c == '_';
}

// The reference to a variable at the "$" in front of `text`; without text where the syntax is
// wrong.
TemplatePiece read_reference(std::string_view text, std::size_t position) {
  TemplatePiece found;
  found.position = position;
  found.is_variable = true;
  bool braces = text.size() > 1 && text[1] == '{';
  std::size_t from = braces ? 2 : 1;
  std::size_t to = from;
  while (to < text.size() && is_name_char(text[to])) ++to;
  found.length = to;
  if (braces) {
    if (to == text.size() || text[to] != '}') return found;
    found.length = to + 1;
  }
  found.text = text.substr(from, to - from);
  return found;
}

std::string place_of(std::string_view text, std::size_t position) {
  return " at character " + std::to_string(position + 1) + " of '" + std::string(text) + "'";
}

}  // namespace

base::Result<std::vector<TemplatePiece>> cut_template(std::string_view text, TemplateFault* fault) {
  std::vector<TemplatePiece> pieces;
  std::size_t at = 0;
  while (at < text.size()) {
    auto dollar = std::min(text.find('$', at), text.size());
    if (dollar > at) pieces.push_back({text.substr(at, dollar - at), at, dollar - at, false});
    if (dollar == text.size()) break;
    TemplatePiece reference = read_reference(text.substr(dollar), dollar);
    if (reference.text.empty()) {
      if (fault != nullptr) *fault = {dollar, reference.length, {}};
      return base::Error{"'$' wants the name of a variable behind it, as $host or ${host}," +
                         place_of(text, dollar)};
    }
    pieces.push_back(reference);
    at = dollar + reference.length;
  }
  return pieces;
}

base::Error unknown_variable(std::string_view text, const TemplatePiece& piece,
                             TemplateFault* fault) {
  if (fault != nullptr) *fault = {piece.position, piece.length, piece.text};
  return {"unknown variable '$" + std::string(piece.text) + "'" + place_of(text, piece.position)};
}

}  // namespace weir::http
