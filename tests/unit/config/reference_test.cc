#include "config/reference.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace weir::config {

// With WEIR_WRITE_EXPECTED set the file is written; read the diff.
TEST_CASE("docs/configuration.md holds what `weir schema --markdown` prints now") {
  const std::string path = std::string(WEIR_SOURCE_DIR) + "/docs/configuration.md";
  std::ostringstream read;
  read << std::ifstream(path).rdbuf();
  std::string text = read.str();
  const std::string mark = "<!-- weir schema --markdown -->\n\n";
  std::size_t at = text.find(mark);
  REQUIRE(at != std::string::npos);
  std::string wanted = text.substr(0, at) + mark + markdown_reference();
  if (std::getenv("WEIR_WRITE_EXPECTED") != nullptr) {
    std::ofstream(path) << wanted;
    text = wanted;
  }
  // The first line that differs, not both texts in full.
  auto differ = std::mismatch(text.begin(), text.end(), wanted.begin(), wanted.end()).second;
  bool same = text == wanted;
  auto begin = std::find(std::make_reverse_iterator(differ), wanted.rend(), '\n').base();
  INFO("wanted: ", std::string(begin, std::find(differ, wanted.end(), '\n')));
  CHECK_MESSAGE(same,
                "docs/configuration.md is older than the tables of src/config; write it anew, and "
                "read the diff:\n  WEIR_WRITE_EXPECTED=1 build/dev/unit_config");
}

TEST_CASE("each map has a table, with short forms, bounds and what is required") {
  std::string text = markdown_reference();
  for (const char* part :
       {"## Top level\n", "## `listen[]`\n\nShort form: the value of `address` in place of the map",
        "## `upstreams.NAME`\n", "## `upstreams.NAME.endpoints[]`\n", "## `routes[].redirect`\n",
        "| `address` | an address such as", " | required | ",
        "| `drain` | a duration, 0 to 365d | `30s` |",
        "In place of the map: `on`, all defaults, or `off`.",
        "Exactly one of `upstream`, `split`, `redirect`, `respond`"}) {
    CHECK_MESSAGE(text.find(part) != std::string::npos, part);
  }
  CHECK(text.ends_with("|\n"));
}

}  // namespace weir::config
