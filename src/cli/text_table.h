#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::cli {

enum class Colour : std::uint8_t { kNone, kGreen, kYellow, kRed, kFaint };

// How text goes to a terminal, or to a file.
struct TextStyle {
  bool colours = false;
  std::size_t width = 0;  // columns; lines that are longer are cut; 0: none are
};

// A table of text, its columns as wide as what is in them, two blanks between. Control characters
// in it are shown as `?`.
class TextTable {
 public:
  // A column of numbers is aligned to the right.
  void add_column(std::string_view title, bool numbers = false);
  // Begins the next row; its cells follow, as many as there are columns.
  void add_row() { rows_.emplace_back(); }
  void add(std::string_view text, Colour colour = Colour::kNone);
  // The title row and all others, a line each.
  [[nodiscard]] std::string text(const TextStyle& style) const;

 private:
  struct Cell {
    std::string text;
    Colour colour = Colour::kNone;
  };
  using Row = std::vector<Cell>;
  void put_row(const Row& row, const std::vector<std::size_t>& widths, const TextStyle& style,
               std::string& out) const;

  Row titles_;
  std::vector<bool> numbers_;
  std::vector<Row> rows_;
};

}  // namespace weir::cli
