#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::config {

// Edits that lead from one word to the other: a character inserted, left out, replaced, or two
// neighbours swapped. A change of case, and "-" for "_", count as one edit. Words over 64 bytes are
// infinitely far (SIZE_MAX).
std::size_t edit_distance(std::string_view a, std::string_view b);

// Finds the word that was probably meant: each candidate is offered, the nearest one wins, the
// first of equals. One that is farther than a third of the word is none.
class Nearest {
 public:
  explicit Nearest(std::string_view word);

  // `candidate` must live until found() was called.
  void offer(std::string_view candidate);
  // Empty: nothing is near.
  [[nodiscard]] std::string_view found() const { return found_; }
  // "did you mean 'x'?", or empty.
  [[nodiscard]] std::string hint() const;

 private:
  std::string_view word_;
  std::string_view found_;
  std::size_t distance_;  // what a candidate has to be below of
};

}  // namespace weir::config
