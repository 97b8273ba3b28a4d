#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/source.h"

namespace weir::config {

// All that is wrong with one source, found in one pass. Parsers add and go on.
class Errors {
 public:
  // How many are shown; the others are only counted.
  static constexpr std::size_t kShownMax = 100;

  // `source` outlives this.
  explicit Errors(const Source& source) : source_(&source) {}

  // `message`: what is wrong and what is expected, one line, no full stop. `hint`: a few words
  // behind the caret. Control characters in them, which a text of the file may bring along, are
  // shown as \n or \xXX.
  void add(Place place, std::string message, std::string hint = {});
  // As add(), and forgets all others: what follows from broken syntax helps nobody.
  void add_alone(Place place, std::string message, std::string hint = {});
  // Forgets all.
  void clear();

  [[nodiscard]] const Source& source() const { return *source_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::size_t count() const { return count_; }
  // Appends the first `most`, in file order: `name:line:column: error: message`, the line, the
  // caret. Returns how many there were to append.
  std::size_t append_to(std::string& text, std::size_t most) const;

 private:
  struct Entry {
    Place place;
    std::string message;
    std::string hint;
  };

  const Source* source_;
  std::vector<Entry> entries_;
  std::size_t count_ = 0;
};

// What is wrong with several sources, one after the other: the first Errors::kShownMax, then the
// count. Empty when there is nothing.
std::string render(const std::vector<const Errors*>& all);

// User text within a message: in single quotes, cut where it is long, control characters as \n or
// \xXX.
std::string quoted(std::string_view text);

}  // namespace weir::config
