#include "cli/text_table.h"

#include <algorithm>

namespace weir::cli {

namespace {

constexpr std::size_t kGap = 2;

// Characters of UTF-8: all bytes but those that go on with one.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// The first `width` characters.
std::string_view cut(std::string_view text, std::size_t width) {
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if ((text[end] & 0xC0) == 0x80) continue;
    if (width-- == 0) break;
  }
  return text.substr(0, end);
}

// ECMA-48, select graphic rendition.
std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::kGreen:
      return "\033[32m";
    case Colour::kYellow:
      return "\033[33m";
    case Colour::kRed:
      return "\033[31m";
    case Colour::kFaint:
      return "\033[2m";
    case Colour::kNone:
      break;
  }
  return {};
}

void put_coloured(std::string_view text, Colour colour, bool colours, std::string& out) {
  std::string_view code = colours && !text.empty() ? code_of(colour) : std::string_view();
  out.append(code).append(text);
  if (!code.empty()) out += "\033[0m";
}

}  // namespace

void TextTable::add_column(std::string_view title, bool numbers) {
  titles_.push_back({std::string(title), Colour::kFaint});
  numbers_.push_back(numbers);
}

void TextTable::add(std::string_view text, Colour colour) {
  Cell cell{std::string(text), colour};
  for (char& c : cell.text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = '?';
  }
  rows_.back().push_back(std::move(cell));
}

void TextTable::put_row(const Row& row, const std::vector<std::size_t>& widths,
                        const TextStyle& style, std::string& out) const {
  std::size_t at = 0;       // columns that are filled
  std::size_t pending = 0;  // blanks that nothing stands behind yet
  for (std::size_t i = 0; i < row.size(); ++i) {
    std::string_view text = row[i].text;
    std::size_t blanks = widths[i] - width_of(text);
    if (i > 0) pending += kGap;
    if (numbers_[i]) pending += blanks;
    if (!text.empty()) {
      if (style.width != 0 && at + pending >= style.width) break;
      out.append(pending, ' ');
      at += pending;
      pending = 0;
      if (style.width != 0) text = cut(text, style.width - at);
      put_coloured(text, row[i].colour, style.colours, out);
      at += width_of(text);
    }
    if (!numbers_[i]) pending += blanks;
  }
  out += '\n';
}

std::string TextTable::text(const TextStyle& style) const {
  std::vector<std::size_t> widths;
  for (const Cell& title : titles_) widths.push_back(width_of(title.text));
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], width_of(row[i].text));
  }
  std::string out;
  put_row(titles_, widths, style, out);
  for (const Row& row : rows_) put_row(row, widths, style, out);
  return out;
}

}  // namespace weir::cli
