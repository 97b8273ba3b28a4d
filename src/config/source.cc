#include "config/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir::config {

namespace {

constexpr std::size_t kShownMax = 140;    // characters of a line that are shown
constexpr std::size_t kShownBefore = 60;  // of these before the caret, where the line is cut

// Bytes of the UTF-8 character at `at` (RFC 3629); 0 when there is none.
std::size_t character_size(std::string_view text, std::size_t at) {
  auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(at + i < text.size() ? text[at + i] : 0);
  };
  auto follows = [&](std::size_t i, unsigned least = 0x80, unsigned most = 0xbf) {
    return byte(i) >= least && byte(i) <= most;
  };
  unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    bool second = follows(1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf);
    return second && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    bool second = follows(1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf);
    return second && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Calls visit(character) for each character of a line, as it is shown: each takes one column.
template <class Visit>
void each_character(std::string_view line, const Visit& visit) {
  for (std::size_t at = 0; at < line.size();) {
    std::size_t size = character_size(line, at);
    if (size == 0) {
      visit(std::string_view("?"));
      size = 1;
    } else if (is_control(line[at])) {
      visit(std::string_view(line[at] == '\t' ? " " : "?"));
    } else {
      visit(line.substr(at, size));
    }
    at += size;
  }
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  each_character(text, [&](std::string_view) { ++columns; });
  return columns;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// The part of a line that is shown around the byte at `from`, at most kShownMax bytes.
struct Window {
  std::size_t first = 0;
  std::size_t last = 0;
};

Window window_around(std::string_view line, std::size_t from) {
  if (line.size() <= kShownMax) return {0, line.size()};
  std::size_t first = from > kShownBefore ? from - kShownBefore : 0;
  while (first < from && continues_character(line[first])) ++first;
  std::size_t last = std::min(line.size(), first + kShownMax);
  while (last < line.size() && last > from && continues_character(line[last])) --last;
  return {first, last};
}

void trim_end(std::string& text) {
  while (text.ends_with(' ')) text.pop_back();
}

}  // namespace

Source::Source(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  starts_.push_back(0);
  for (std::size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1)) {
    if (at + 1 < text_.size()) starts_.push_back(static_cast<std::uint32_t>(at + 1));
  }
}

std::string_view Source::text(Place place) const {
  std::string_view all = text_;
  return all.substr(std::min<std::size_t>(place.offset, all.size()), place.length);
}

std::size_t Source::line_of(std::size_t offset) const {
  auto behind = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return static_cast<std::size_t>(behind - starts_.begin());
}

std::string_view Source::line(std::size_t number) const {
  std::string_view all = text_;
  std::size_t start = starts_[number - 1];
  std::size_t end = number < starts_.size() ? starts_[number] : all.size();
  std::string_view line = all.substr(start, end - start);
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Position Source::position(std::size_t offset) const {
  std::size_t number = line_of(offset);
  std::string_view all = line(number);
  std::string_view before = all.substr(0, std::min(offset - starts_[number - 1], all.size()));
  return {number, columns_of(before) + 1};
}

std::string Source::excerpt(Place place, std::string_view hint) const {
  std::size_t number = line_of(place.offset);
  std::string_view whole = line(number);
  std::size_t from = std::min<std::size_t>(place.offset - starts_[number - 1], whole.size());
  Window window = window_around(whole, from);
  std::string_view token =
      whole.substr(from, std::min<std::size_t>(place.length, window.last - from));
  std::size_t caret = columns_of(whole.substr(window.first, from - window.first));
  std::size_t width = std::max<std::size_t>(columns_of(token), 1);

  bool cut = window.first > 0;
  std::string text = fmt::format("{:5} | {}", number, cut ? "..." : "");
  each_character(whole.substr(window.first, window.last - window.first),
                 [&](std::string_view character) { text += character; });
  if (window.last < whole.size()) text += "...";
  trim_end(text);
  std::string below = "      | ";
  below.append(caret + (cut ? 3 : 0), ' ');
  below += '^';
  below.append(width - 1, '~');
  if (!hint.empty()) below.append(" ").append(hint);
  return text + "\n" + below + "\n";
}

std::optional<std::size_t> Source::first_bad_byte() const {
  for (std::size_t at = 0; at < text_.size();) {
    char c = text_[at];
    bool line_end = c == '\n' || (c == '\r' && at + 1 < text_.size() && text_[at + 1] == '\n');
    if (is_control(c) && c != '\t' && !line_end) return at;
    std::size_t size = character_size(text_, at);
    if (size == 0) return at;
    at += size;
  }
  return std::nullopt;
}

}  // namespace weir::config
