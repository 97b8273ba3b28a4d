#include "tidy/functions.h"

#include <algorithm>
#include <array>

namespace weir::tidy {

namespace {

enum class Opens { kScope, kFunction, kValue };

// A statement without the insides of its parentheses and template arguments of `template <...>`.
std::string outline_of(std::string_view statement) {
  std::string out;
  int depth = 0;
  for (char c : statement) {
    if (c == ')') --depth;
    if (depth == 0) out += c;
    if (c == '(') ++depth;
  }
  for (std::size_t at = find_word(out, "template"); at != std::string::npos;
       at = find_word(out, "template", at)) {
    std::size_t end = at + 8;
    int angles = 0;
    do {
      if (end < out.size() && out[end] == '<') ++angles;
      if (end < out.size() && out[end] == '>') --angles;
      ++end;
    } while (end < out.size() && (angles > 0 || trim(out.substr(at + 8, end - at - 8)).empty()));
    out.erase(at, end - at);
  }
  return out;
}

// A colon that is not part of "::".
bool has_initializers(std::string_view outline) {
  for (std::size_t i = outline.find(')'); i < outline.size(); ++i) {
    if (outline[i] != ':') continue;
    if (outline.substr(i).starts_with("::")) {
      ++i;
      continue;
    }
    return true;
  }
  return false;
}

// What a brace behind `statement` opens, outside of functions.
Opens opened_by(std::string_view statement) {
  std::string outline = outline_of(statement);
  std::string_view text = trim(outline);
  for (std::string_view word : {"namespace", "class", "struct", "union"}) {
    if (find_word(text, word) != std::string::npos) return Opens::kScope;
  }
  if (text.starts_with("extern \"") && text.find('(') == std::string::npos) return Opens::kScope;
  if (find_word(text, "enum") != std::string::npos) return Opens::kValue;
  if (text.find(')') == std::string::npos) return Opens::kValue;
  if (has_initializers(text) && (is_word_char(text.back()) || text.back() == '>'))
    return Opens::kValue;
  return Opens::kFunction;
}

// The offset of the brace that closes the one at `open`; npos for none.
std::size_t closing(std::string_view code, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < code.size(); ++i) {
    if (code[i] == '{') ++depth;
    if (code[i] == '}' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

std::string one_line(std::string_view text) {
  std::string out;
  for (char c : trim(text)) {
    bool space = c == ' ' || c == '\n';
    if (!space) out += c;
    if (space && out.back() != ' ') out += ' ';
  }
  return out;
}

// Takes "public:" and the like off the front of a statement.
std::string_view without_access(std::string_view statement) {
  statement = trim(statement);
  for (std::string_view word : {"public:", "private:", "protected:"}) {
    if (statement.starts_with(word)) statement = trim(statement.substr(word.size()));
  }
  return statement;
}

}  // namespace

std::vector<Function> functions_of(std::string_view text, bool& balanced) {
  std::vector<Function> functions;
  std::string code = without_directives(code_of(text, Literals::kBlank));
  std::string_view view = code;
  std::size_t start = 0;  // of the statement at hand
  int scopes = 0;
  int parentheses = 0;
  for (std::size_t i = 0; i < view.size(); ++i) {
    char c = view[i];
    if (c == '(') ++parentheses;
    if (c == ')') --parentheses;
    if (c == ';' && parentheses == 0) start = i + 1;
    if (c == '}') {
      --scopes;
      start = i + 1;
    }
    if (c != '{') continue;
    auto statement = without_access(view.substr(start, i - start));
    Opens opens = parentheses > 0 ? Opens::kValue : opened_by(statement);
    if (opens == Opens::kScope) {
      ++scopes;
      start = i + 1;
      continue;
    }
    std::size_t end = closing(view, i);
    if (end == std::string_view::npos) {
      balanced = false;
      return functions;
    }
    if (opens == Opens::kFunction) {
      std::size_t first = line_at(view, i);
      std::size_t last = line_at(view, end);
      functions.push_back({one_line(statement), first, last > first ? last - first - 1 : 0});
      start = end + 1;
    }
    i = end;
  }
  balanced = balanced && scopes == 0;
  return functions;
}

}  // namespace weir::tidy
