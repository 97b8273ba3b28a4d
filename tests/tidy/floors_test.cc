#include "tidy/floors.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace weir::tidy {

namespace {

// Each include of src goes where an arrow of floors.txt goes, or stays in its folder.
Problems check_floors(const Files& src, const Floors& floors) {
  Problems problems;
  auto is_there = [&](const std::string& path) {
    return std::any_of(src.begin(), src.end(), [&](const File& file) { return file.path == path; });
  };
  for (const auto& file : src) {
    if (!is_source(file.path) && !is_header(file.path)) continue;
    std::string_view from = folder_of(file.path);
    auto folder = floors.find(from);
    if (folder == floors.end()) {
      problems.push_back(file.path + ": its folder is not in floors.txt");
      continue;
    }
    for (const auto& include : includes_of(file.text)) {
      std::string where = file.path + ":" + std::to_string(include.line) + ": ";
      if (!include.quoted) {
        if (is_there("src/" + include.name))
          problems.push_back(where + "our own <" + include.name + "> wants quotes");
        continue;
      }
      std::size_t slash = include.name.find('/');
      bool formed = slash != std::string::npos &&
                    include.name.find('/', slash + 1) == std::string::npos &&
                    include.name.ends_with(".h") && include.name[0] != '.';
      if (!formed) {
        problems.push_back(where + "\"" + include.name + "\" is not of the form \"folder/file.h\"");
        continue;
      }
      std::string to = include.name.substr(0, slash);
      const auto& arrows = folder->second.arrows;
      if (to != from && std::find(arrows.begin(), arrows.end(), to) == arrows.end()) {
        problems.push_back(where + std::string(from) + " may not include " + to + " (\"" +
                           include.name + "\")");
      }
    }
  }
  return problems;
}

constexpr std::string_view kSmall =
    "# a comment\n"
    "1  net   -> base\n"
    "1  http  -> base\n"
    "0  base  ->\n";

Problems problems_of(std::string_view floors_text) {
  Problems problems;
  parse_floors(floors_text, problems);
  return problems;
}

Problems problems_of(const std::string& path, const std::string& text) {
  Problems problems;
  Floors floors = parse_floors(kSmall, problems);
  return check_floors({{path, text}, {"src/base/list.h", ""}}, floors);
}

}  // namespace

TEST_CASE("src includes only along the arrows of floors.txt") {
  Problems problems;
  Floors floors = parse_floors(read_file(WEIR_SOURCE_DIR, "src/floors.txt"), problems);
  CHECK(floors.contains("base"));
  CHECK_MESSAGE(problems.empty(), listing(problems));
  problems = check_floors(read_tree(WEIR_SOURCE_DIR, "src"), floors);
  CHECK_MESSAGE(problems.empty(), listing(problems));
}

TEST_CASE("a bad floors.txt is told") {
  CHECK(problems_of(kSmall).empty());
  CHECK(problems_of("1 a -> b\n1 b ->\n").empty());  // an arrow within a floor, written down
  CHECK(mentions(problems_of("0 a -> b\n1 b ->\n"), "points up"));
  CHECK(mentions(problems_of("1 a -> b\n1 b -> a\n"), "in a cycle"));
  CHECK(mentions(problems_of("1 a -> c\n"), "no folder"));
  CHECK(mentions(problems_of("1 a ->\n1 a ->\n"), "twice"));
  CHECK(mentions(problems_of("a -> b\n"), "floors.txt:1: not of the form"));
}

TEST_CASE("an include against the arrows is told") {
  CHECK(problems_of("src/http/uri.cc", "#include \"http/uri.h\"\n#include \"base/list.h\"\n")
            .empty());
  CHECK(problems_of("src/http/uri.cc", "// #include \"net/loop.h\"\n#include <string>\n").empty());
  CHECK(mentions(problems_of("src/http/uri.cc", "\n#include \"net/loop.h\"\n"),
                 "src/http/uri.cc:2: http may not include net"));
  CHECK(mentions(problems_of("src/base/list.cc", "#  include \"http/uri.h\"\n"),
                 "base may not include http"));
  CHECK(mentions(problems_of("src/http/uri.cc", "#include \"uri.h\"\n"), "not of the form"));
  CHECK(
      mentions(problems_of("src/http/uri.cc", "#include \"../base/list.h\"\n"), "not of the form"));
  CHECK(mentions(problems_of("src/http/uri.cc", "#include <base/list.h>\n"), "wants quotes"));
  CHECK(mentions(problems_of("src/cache/store.cc", ""), "not in floors.txt"));
}

}  // namespace weir::tidy
