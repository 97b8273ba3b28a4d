#include "config/characters.h"

#include <fmt/format.h>

namespace weir::config {

namespace {

struct Strange {
  std::string_view bytes;  // UTF-8
  std::string_view code;
  std::string_view name;
  std::string_view instead;
};
constexpr Strange kStrange[] = {
    {"\xc2\xa0", "U+00A0", "a no-break space", "write a blank"},
    {"\xe2\x80\xaf", "U+202F", "a narrow no-break space", "write a blank"},
    {"\xe2\x80\x8b", "U+200B", "a zero-width space", "delete it"},
    {"\xe2\x80\x8c", "U+200C", "a mark without width", "delete it"},
    {"\xe2\x80\x8d", "U+200D", "a mark without width", "delete it"},
    {"\xef\xbb\xbf", "U+FEFF", "a byte order mark", "delete it"},
    {"\xe2\x80\x9c", "U+201C", "a quote that is none to YAML", "write \""},
    {"\xe2\x80\x9d", "U+201D", "a quote that is none to YAML", "write \""},
    {"\xe2\x80\x9e", "U+201E", "a quote that is none to YAML", "write \""},
    {"\xe2\x80\x98", "U+2018", "a quote that is none to YAML", "write '"},
    {"\xe2\x80\x99", "U+2019", "a quote that is none to YAML", "write '"},
    {"\xe2\x80\x93", "U+2013", "a dash that is no hyphen", "write -"},
};

}  // namespace

std::string strange_character(std::string_view text) {
  for (const Strange& strange : kStrange) {
    if (text.find(strange.bytes) != std::string_view::npos)
      return fmt::format("there is {} in it ({}); {}", strange.name, strange.code, strange.instead);
  }
  return {};
}

}  // namespace weir::config
