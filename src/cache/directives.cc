#include "cache/directives.h"

#include <cstddef>

#include "base/ascii.h"
#include "http/char_class.h"

namespace weir::cache {
namespace {

// The token that `text` begins with, which may be empty.
std::string_view leading_token(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && http::is_in(text[size], http::kTokenChar)) ++size;
  return text.substr(0, size);
}

// Where the quoted string ends that begins at the first byte: at its closing quote, or at the end
// of the text where there is none.
std::size_t closing_quote(std::string_view text) {
  std::size_t at = 1;
  for (; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at < text.size() ? at : text.size();
}

}  // namespace

void DirectiveReader::skip_member() {
  while (!rest_.empty() && rest_.front() != ',') {
    std::size_t size = rest_.front() == '"' ? closing_quote(rest_) + 1 : 1;
    rest_.remove_prefix(size < rest_.size() ? size : rest_.size());
  }
}

void DirectiveReader::read_value(Directive& out) {
  rest_.remove_prefix(1);  // the "="
  out.has_value = true;
  if (rest_.empty() || rest_.front() != '"') {
    out.value = leading_token(rest_);
    out.well_formed = !out.value.empty();
    rest_.remove_prefix(out.value.size());
    return;
  }
  std::size_t end = closing_quote(rest_);
  out.well_formed = end < rest_.size();
  out.value = rest_.substr(1, end - 1);
  rest_.remove_prefix(out.well_formed ? end + 1 : end);
}

bool DirectiveReader::next(Directive& out) {
  while (!rest_.empty() && (rest_.front() == ',' || base::is_blank(rest_.front())))
    rest_.remove_prefix(1);
  if (rest_.empty()) return false;
  out = Directive();
  out.name = leading_token(rest_);
  rest_.remove_prefix(out.name.size());
  out.well_formed = !out.name.empty();
  if (out.well_formed && !rest_.empty() && rest_.front() == '=') read_value(out);
  while (!rest_.empty() && base::is_blank(rest_.front())) rest_.remove_prefix(1);
  if (!rest_.empty() && rest_.front() != ',') {
    out.well_formed = false;
    skip_member();
  }
  return true;
}

}  // namespace weir::cache
