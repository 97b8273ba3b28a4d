#include "config/yaml_syntax.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "config/characters.h"
#include "config/errors.h"

namespace weir::config {

namespace {

// A flow list costs the parser memory for each bracket before it reports the first one.
constexpr std::size_t kBracketsMax = 100'000;

Place at(std::size_t offset, std::size_t length) {
  return {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)};
}

// A tab that indents the line.
std::optional<SyntaxError> find_tab(const Source&, std::string_view line, std::size_t start) {
  std::size_t first = line.find_first_not_of(" \t");
  std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos || (first != std::string_view::npos && tab > first))
    return std::nullopt;
  std::size_t end = line.find_first_not_of('\t', tab);
  return SyntaxError{at(start + tab, std::min(end, line.size()) - tab),
                     "a tab cannot indent YAML; use spaces", ""};
}

// [::1]:80 without quotes reads as a list that something follows.
std::optional<SyntaxError> find_ipv6(const Source& source, std::string_view line,
                                     std::size_t start) {
  for (std::size_t open = line.find('['); open != std::string_view::npos;
       open = line.find('[', open + 1)) {
    bool is_quoted = open > 0 && (line[open - 1] == '"' || line[open - 1] == '\'');
    if (is_quoted) continue;
    if (auto found = find_unquoted_ipv6(source, start + open)) return found;
  }
  return std::nullopt;
}

// ${NAME} without quotes in a flow map: the brace opens a map.
std::optional<SyntaxError> find_variable(const Source&, std::string_view line, std::size_t start) {
  for (std::size_t open = line.find("${"); open != std::string_view::npos;
       open = line.find("${", open + 1)) {
    std::size_t close = line.find('}', open);
    bool in_flow = line.substr(0, open).find_first_of("{[") != std::string_view::npos;
    std::size_t quotes = static_cast<std::size_t>(
        std::count_if(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(open),
                      [](char c) { return c == '"' || c == '\''; }));
    if (close == std::string_view::npos || !in_flow || quotes % 2 != 0) continue;
    std::string text(line.substr(open, close + 1 - open));
    return SyntaxError{at(start + open, text.size()), "${NAME} must be quoted within { } and [ ]",
                       "write \"" + text + "\""};
  }
  return std::nullopt;
}

// A byte that no text has.
SyntaxError explain_byte(std::string_view text, std::size_t offset) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    return {at(0, 2), "the file is UTF-16; a configuration is UTF-8 text", "save it as UTF-8"};
  if (text[offset] == '\r')
    return {at(offset, 1), "a carriage return without a line feed ends no line",
            "save the file with Unix line ends"};
  auto byte = static_cast<unsigned char>(text[offset]);
  bool is_letter = byte >= 0x80;
  return {at(offset, 1),
          fmt::format("byte 0x{:02X} is no text; a configuration is UTF-8 text", byte),
          is_letter ? "save the file as UTF-8" : ""};
}

// The words at `offset`, to the end of the line or of the flow entry.
std::size_t token_size(std::string_view line, std::size_t from) {
  std::size_t end = std::min(line.find_first_of(" ,]}#", from), line.size());
  return std::max<std::size_t>(end - std::min(from, end), 1);
}

std::string_view first_character_message(char c) {
  switch (c) {
    case '*':
      return "a value that begins with * must be quoted (aliases are not supported)";
    case '&':
      return "a value that begins with & must be quoted (anchors are not supported)";
    case '!':
      return "a value that begins with ! must be quoted (tags are not supported)";
    case '%':
      return "a value that begins with % must be quoted";
    case '@':
      return "a value that begins with @ must be quoted";
    case '`':
      return "a value that begins with ` must be quoted";
    default:
      return {};
  }
}

// A blank that does not break behind a colon, in this line or the one above: the text goes on.
std::optional<SyntaxError> find_strange(const Source& source, std::size_t number) {
  for (std::size_t n = std::max<std::size_t>(number, 2) - 1; n <= number; ++n) {
    std::string_view line = source.line(n);
    std::size_t colon = line.find(":\xc2\xa0");
    if (colon == std::string_view::npos) continue;
    auto offset = static_cast<std::size_t>(line.data() - source.text().data()) + colon + 1;
    return SyntaxError{at(offset, 2), "this is no blank to YAML",
                       strange_character(line.substr(colon))};
  }
  return std::nullopt;
}

// "listen 8080" or "listen = 8080" above the line of a key: the two became one text. Also a comment
// of another language, which is a text to YAML.
std::optional<SyntaxError> find_no_colon(const Source& source, std::size_t number) {
  while (--number > 0) {
    std::string_view line = source.line(number);
    std::string_view words = base::trim(line);
    if (words.empty() || words[0] == '#') continue;
    if (words.find(':') != std::string_view::npos || words.starts_with("- ")) return std::nullopt;
    auto offset = static_cast<std::size_t>(words.data() - source.text().data());
    if (words.starts_with("//")) return SyntaxError{at(offset, 2), "a comment begins with #", ""};
    std::size_t end = std::min(words.find_first_of(" ="), words.size());
    std::string_view value =
        words.substr(std::min(words.find_first_not_of(" =", end), words.size()));
    return SyntaxError{
        at(offset, words.size()), "there is no ':' behind a key in this line",
        value.empty() ? ""
                      : "write " + std::string(words.substr(0, end)) + ": " + std::string(value)};
  }
  return std::nullopt;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string general_message(std::string_view parser_message, bool at_end) {
  if (contains(parser_message, "map value"))
    return "a ':' where no key can stand; check the indentation, and quote values that hold ': '";
  if (contains(parser_message, "escape character"))
    return "this escape is unknown in a \"...\" text; write \\\\ for a backslash, or use '...'";
  if (contains(parser_message, "EOF in scalar"))
    return "a quote is not closed before the end of the file";
  if (contains(parser_message, "block entry"))
    return "a '-' where no list entry can stand; begin the list in a line of its own";
  if (contains(parser_message, "flow end")) return "a bracket that closes nothing";
  if (contains(parser_message, "end of map not found"))
    return "this does not belong to the map above; keys of one map have the same indentation";
  if (contains(parser_message, "end of sequence not found"))
    return "this does not belong to the list above; entries begin with '-' and have the same "
           "indentation";
  if (contains(parser_message, "tab")) return "a tab cannot indent YAML; use spaces";
  if (at_end) return "the file ends too early";
  return "this is no YAML: " + std::string(parser_message);
}

// A quote that nothing closes, or that the next one in some later line closed: what stands behind
// that is then no YAML. `last`: the last scalar.
std::optional<SyntaxError> find_quote(const Source& source, std::string_view parser_message,
                                      std::size_t number, Place last) {
  std::string_view text = source.text();
  std::size_t last_end = last.offset + std::size_t{last.length};
  if (contains(parser_message, "EOF in scalar")) {
    std::size_t quote = text.find_first_of("\"'", last_end);
    if (quote == std::string_view::npos) return std::nullopt;
    std::string_view line = source.line(source.line_of(quote));
    std::size_t rest = static_cast<std::size_t>(line.data() + line.size() - (text.data() + quote));
    return SyntaxError{at(quote, rest), "this quote is not closed before the end of the file", ""};
  }
  bool is_quoted = last.length > 1 && (text[last.offset] == '"' || text[last.offset] == '\'');
  std::size_t first = source.line_of(last.offset);
  std::size_t end = source.line_of(last_end);
  if (!is_quoted || first == end || end != number) return std::nullopt;
  return SyntaxError{
      at(last.offset, 1),
      fmt::format("this quote is closed only in line {}; is a quote missing in this line?", end),
      ""};
}

// A regex such as ^/[0-9]+ within { }: its bracket ends the plain text. `last`: the last scalar.
std::optional<SyntaxError> find_bracket_in_text(const Source& source, std::size_t offset,
                                                Place last) {
  std::string_view text = source.text();
  std::size_t last_end = last.offset + std::size_t{last.length};
  bool follows = last.length > 0 && offset == last_end && offset < text.size();
  if (!follows || (text[offset] != '[' && text[offset] != '{')) return std::nullopt;
  return SyntaxError{at(last.offset, last.length + std::size_t{1}),
                     "a text that holds [, ], { or } must be quoted within { } and [ ]", ""};
}

}  // namespace

std::optional<SyntaxError> find_unquoted_ipv6(const Source& source, std::size_t offset) {
  constexpr std::size_t kAddressMax = 64;
  std::string_view text = source.text().substr(offset, kAddressMax);
  std::size_t close = text.find("]:");
  if (!text.starts_with('[') || close == std::string_view::npos) return std::nullopt;
  std::string_view inside = text.substr(1, close - 1);
  bool is_address = inside.find(':') != std::string_view::npos &&
                    inside.find_first_not_of("0123456789abcdefABCDEF:.%") == std::string_view::npos;
  std::size_t end = close + 2;
  while (end < text.size() && base::is_digit(text[end])) ++end;
  if (!is_address || end == close + 2) return std::nullopt;
  return SyntaxError{at(offset, end), "an IPv6 address must be quoted",
                     "write \"" + std::string(text.substr(0, end)) + "\""};
}

SyntaxError explain_syntax(const Source& source, std::string_view parser_message,
                           std::size_t offset, const Seen& seen) {
  bool at_end = offset >= source.text().size();
  offset = std::min(offset, source.text().size());
  std::size_t number = source.line_of(offset);
  std::string_view line = source.line(number);
  auto start = static_cast<std::size_t>(line.data() - source.text().data());
  for (auto find : {find_tab, find_ipv6, find_variable}) {
    if (auto found = find(source, line, start)) return *found;
  }
  std::size_t column = std::min(offset - start, line.size());
  if (column < line.size()) {
    std::string_view message = first_character_message(line[column]);
    std::size_t size = token_size(line, column);
    if (!message.empty())
      return {at(offset, size), std::string(message),
              "write \"" + std::string(line.substr(column, size)) + "\""};
  }
  if (auto found = find_quote(source, parser_message, number, seen.text)) return *found;
  if (contains(parser_message, "map value")) {
    if (auto found = find_strange(source, number)) return *found;
    if (auto found = find_no_colon(source, number)) return *found;
  }
  if (seen.open && contains(parser_message, "flow not found")) {
    if (auto found = find_bracket_in_text(source, offset, seen.text)) return *found;
    bool is_list = source.text()[*seen.open] == '[';
    return {at(*seen.open, 1), is_list ? "this '[' is not closed" : "this '{' is not closed",
            fmt::format("expected ',' or '{}' {} line {}", is_list ? ']' : '}',
                        at_end ? "before the end, in" : "in", number)};
  }
  return {at(offset, token_size(line, column)), general_message(parser_message, at_end), ""};
}

std::optional<SyntaxError> find_unreadable(const Source& source) {
  std::string_view text = source.text();
  if (auto bad = source.first_bad_byte()) {
    return explain_byte(text, *bad);
  }
  // Directives stand before all else.
  for (std::size_t number = 1; number <= source.line_of(text.size()); ++number) {
    std::string_view line = source.line(number);
    std::string_view words = base::trim(line);
    if (words.empty() || words[0] == '#') continue;
    if (line[0] == '%')
      return SyntaxError{at(static_cast<std::size_t>(line.data() - text.data()), line.size()),
                         "YAML directives are not supported; leave this line out", ""};
    break;
  }
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[' || text[i] == '{') ++depth;
    if ((text[i] == ']' || text[i] == '}') && depth > 0) --depth;
    if (depth > kBracketsMax) return SyntaxError{at(i, 1), "too many brackets are open here", ""};
  }
  return std::nullopt;
}

}  // namespace weir::config
