#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::config {

// A stretch of a source, in bytes. Length 0: a point.
struct Place {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

// Where people look: both count from 1, columns in characters (UTF-8), as editors do.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

// The text of one configuration file, with its lines. Immutable; views into it live as long as it
// does.
class Source {
 public:
  // More than this is refused before it gets here; offsets are 32 bits.
  static constexpr std::size_t kSizeMax = 4 * 1024 * 1024;

  // `name`: the path, as errors show it.
  Source(std::string name, std::string text);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string_view text() const { return text_; }
  // What `place` covers, cut at the end of the text.
  [[nodiscard]] std::string_view text(Place place) const;
  // The number (from 1) of the line that holds the byte at `offset`; offsets past the end are the
  // last line's.
  [[nodiscard]] std::size_t line_of(std::size_t offset) const;
  // The line of this number, without its end.
  [[nodiscard]] std::string_view line(std::size_t number) const;
  [[nodiscard]] Position position(std::size_t offset) const;

  // The two lines under an error: the source line, then a caret under the token with `~` to its end
  // and `hint` behind it. Long lines are cut around the caret; what cannot be shown becomes "?".
  [[nodiscard]] std::string excerpt(Place place, std::string_view hint) const;

  // The first byte that no text has (control characters but tab and line ends, bytes that are not
  // UTF-8); nothing when all is well.
  [[nodiscard]] std::optional<std::size_t> first_bad_byte() const;

 private:
  std::string name_;
  std::string text_;
  std::vector<std::uint32_t> starts_;  // of the lines
};

}  // namespace weir::config
