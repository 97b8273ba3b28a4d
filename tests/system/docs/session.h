#pragma once

#include <string>
#include <vector>

#include "support/temp_dir.h"
#include "system/docs/page.h"

namespace weir::docs {

// What a reader does who types all commands of a page, one block after the other, in an empty
// directory with this build's programs in PATH: the page's named files are there when their block
// is reached, and a program in the background listens before the next command. The ports that pages
// write (8080, 9001 ...) are others here, picked by the kernel; what is shown has them as written.
// Nothing is left running.
class Session {
 public:
  explicit Session(const Page& page);

  // What went wrong; empty: nothing. Names the block, and shows what it printed.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  // What the commands of the block at this index printed, on both streams.
  [[nodiscard]] std::string printed(std::size_t index) const;

 private:
  [[nodiscard]] std::string here(std::string text) const;
  [[nodiscard]] std::string as_written(std::string text) const;
  std::string script(const Page& page);

  support::TempDir dir_;
  std::vector<std::string> ports_;  // in the order of those that are written
  std::string problem_;
};

// Whether the text is like the pattern, in which "..." stands for anything.
bool is_like(const std::string& text, const std::string& pattern);

}  // namespace weir::docs
