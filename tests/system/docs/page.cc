#include "system/docs/page.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "support/temp_dir.h"

namespace weir::docs {

namespace {

std::string trimmed(std::string_view text) {
  std::size_t from = text.find_first_not_of(" \n");
  if (from == std::string_view::npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(" \n") + 1 - from));
}

// Reads a page line by line.
class Reader {
 public:
  Reader(std::string path, const std::string& text) : in_(text) { page_.path = std::move(path); }
  Page read();

 private:
  bool next(std::string& line) {
    ++number_;
    return static_cast<bool>(std::getline(in_, line));
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(page_.path + ":" + std::to_string(number_) + ": " + what);
  }
  void comment(std::string line);
  void fence(const std::string& line);
  void links(const std::string& line);

  std::istringstream in_;
  std::size_t number_ = 0;
  Page page_;
  Block ahead_;               // what comments say of the next block
  bool has_comment_ = false;  // there is one that waits for its block
  bool behind_commands_ = false;
};

// "<!-- with: ... -->", to its end.
void Reader::comment(std::string line) {
  constexpr std::string_view kBegin = "<!--";
  constexpr std::string_view kEnd = "-->";
  for (std::string more; line.find(kEnd) == std::string::npos; line += '\n' + more) {
    if (!next(more)) fail("a comment does not end");
  }
  std::string inside =
      trimmed(std::string_view(line).substr(kBegin.size(), line.find(kEnd) - kBegin.size()));
  std::size_t colon = inside.find(':');
  std::string name = inside.substr(0, colon);
  std::string value = colon == std::string::npos ? "" : trimmed(inside.substr(colon + 1));
  if (name == "file") {
    ahead_.file = value;
  } else if (name == "with") {
    ahead_.with = value + '\n';
  } else if (name == "beside") {
    std::istringstream names(value);
    for (std::string one; names >> one;) ahead_.beside.push_back(one);
  } else if (name == "exits") {
    ahead_.exits = std::stoi(value);
  } else if (name == "not run" && !value.empty()) {
    ahead_.not_run = value;
  } else {
    return;  // a comment for people
  }
  has_comment_ = true;
}

void Reader::fence(const std::string& line) {
  Block block = std::move(ahead_);
  ahead_ = {};
  has_comment_ = false;
  block.line = number_;
  std::istringstream words(line.substr(3));
  words >> block.language >> block.special;
  bool ended = false;
  for (std::string inside; next(inside);) {
    ended = inside == "```";
    if (ended) break;
    block.text += inside + '\n';
  }
  if (!ended) fail("a fence does not end");
  block.is_output = block.language == "text" && behind_commands_;
  behind_commands_ = block.language == "sh" && block.not_run.empty();
  page_.blocks.push_back(std::move(block));
}

// [text](place), but for places elsewhere.
void Reader::links(const std::string& line) {
  for (std::size_t at = line.find("]("); at != std::string::npos; at = line.find("](", at + 2)) {
    std::string place = line.substr(at + 2, line.find(')', at) - at - 2);
    if (place.find("://") == std::string::npos) page_.links.push_back(place);
  }
}

Page Reader::read() {
  for (std::string line; next(line);) {
    if (line.starts_with("```")) {
      fence(line);
      continue;
    }
    if (line.starts_with("<!--")) {
      comment(line);
      continue;
    }
    if (line.empty()) continue;
    if (has_comment_) fail("no block follows on the comment");
    behind_commands_ = false;
    links(line);
    page_.lines.push_back(line);
  }
  return std::move(page_);
}

}  // namespace

Page read_page(const std::string& path, const std::string& text) {
  return Reader(path, text).read();
}

std::vector<Page> all_pages() {
  const std::string top = WEIR_SOURCE_DIR "/";
  std::vector<std::string> paths = {"README.md"};
  for (const auto& entry : std::filesystem::directory_iterator(top + "docs")) {
    if (entry.path().extension() == ".md")
      paths.push_back("docs/" + entry.path().filename().string());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Page> pages;
  pages.reserve(paths.size());
  for (const std::string& path : paths)
    pages.push_back(read_page(path, support::read_whole_file(top + path)));
  return pages;
}

}  // namespace weir::docs
