#pragma once

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "unit/observe/scratch.h"

namespace weir::observe {

// docs/logging.md.
inline std::string logging_page() {
  return text_of_file(std::string(WEIR_SOURCE_DIR) + "/docs/logging.md");
}

// The words in backquotes between `<!-- name -->` and the next `<!-- end -->` of the page.
inline std::vector<std::string> documented(const std::string& name) {
  std::string page = logging_page();
  auto begin = page.find("<!-- " + name + " -->");
  auto end = page.find("<!-- end -->", begin);
  std::vector<std::string> words;
  if (begin == std::string::npos || end == std::string::npos) return words;
  std::istringstream in(page.substr(begin, end - begin));
  for (std::string word; in >> word;) {
    if (word.size() > 2 && word.front() == '`' && word.back() == '`')
      words.push_back(word.substr(1, word.size() - 2));
  }
  return words;
}

}  // namespace weir::observe
