#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace weir::docs {

// A fenced block of a page of documentation. What a reader does not see stands in comments in front
// of it:
//
//   <!-- file: NAME -->        yaml: where the commands of the page find it
//   <!-- with: YAML -->        yaml: a fragment; these lines make it whole (may be several lines)
//   <!-- beside: NAME NAME --> yaml: files that it names, which stand beside it
//   <!-- exits: STATUS -->     sh: not 0
//   <!-- not run: REASON -->   sh: nobody but a reader runs it
//
// The first word behind the fence is the language, a second one says what is special: "yaml wrong"
// is to be refused.
struct Block {
  std::string language;
  std::string special;
  std::string text;
  std::size_t line = 0;  // of the fence
  std::string file;
  std::string with;
  std::vector<std::string> beside;
  int exits = 0;
  std::string not_run;  // the reason
  // text: right behind a block of commands, it is what they print; "..." stands for anything.
  bool is_output = false;
};

// A page: README.md, or one of docs.
struct Page {
  std::string path;  // relative to the top of the repository
  std::vector<Block> blocks;
  std::vector<std::string> links;  // relative ones, as written
  std::vector<std::string> lines;  // outside of fenced blocks

  [[nodiscard]] std::string at(const Block& block) const {
    return path + ":" + std::to_string(block.line);
  }
};

// Throws where a comment in front of a block is none of the above, or a fence does not end.
Page read_page(const std::string& path, const std::string& text);

// README.md and docs/*.md, sorted.
std::vector<Page> all_pages();

}  // namespace weir::docs
