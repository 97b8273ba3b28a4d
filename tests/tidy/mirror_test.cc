#include <doctest/doctest.h>

#include <map>
#include <set>

#include "tidy/floors.h"

namespace weir::tidy {

namespace {

constexpr int kMirroredFloorMax = 3;

// tests/tidy/untested.txt: `path: reason` a line.
std::map<std::string, std::string> parse_untested(std::string_view text, Problems& problems) {
  std::map<std::string, std::string> untested;
  for (std::string_view line : lines_of(text)) {
    line = trim(line);
    if (line.empty() || line.starts_with('#')) continue;
    std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) {
      problems.push_back("untested.txt: no reason in '" + std::string(line) + "'");
    } else {
      untested.emplace(line.substr(0, colon), trim(line.substr(colon + 2)));
    }
  }
  return untested;
}

std::string test_of(const std::string& path) {
  return "tests/unit/" + std::string(folder_of(path)) + "/" + std::string(stem_of(path)) +
         "_test.cc";
}

// Each source of the lower floors has its test file or a reason for having none.
Problems check_mirror(const Files& src, const Files& tests, const Floors& floors,
                      std::string_view untested_text) {
  Problems problems;
  auto untested = parse_untested(untested_text, problems);
  std::set<std::string> there;
  for (const auto& file : tests) there.insert(file.path);
  std::set<std::string> sources;
  for (const auto& file : src) {
    auto folder = floors.find(folder_of(file.path));
    bool mirrored = folder != floors.end() && folder->second.floor <= kMirroredFloorMax;
    if (!mirrored || !is_source(file.path) || stem_of(file.path) == "main") continue;
    sources.insert(file.path);
    bool tested = there.contains(test_of(file.path));
    if (!tested && !untested.contains(file.path))
      problems.push_back(file.path + ": no " + test_of(file.path));
    if (tested && untested.contains(file.path))
      problems.push_back("untested.txt: " + file.path + " has its test now");
  }
  for (const auto& [path, reason] : untested) {
    if (!sources.contains(path))
      problems.push_back("untested.txt: " + path + " is not there, or needs no test");
  }
  return problems;
}

Problems check_small(const Files& src, const Files& tests, std::string_view untested) {
  Problems problems;
  return check_mirror(src, tests, parse_floors("4 observe -> base\n0 base ->\n", problems),
                      untested);
}

// Each folder of src says what it is for.
Problems check_readmes(const Files& src) {
  std::set<std::string> folders;
  std::set<std::string> described;
  for (const auto& file : src) {
    std::string folder(folder_of(file.path));
    if (folder.empty()) continue;
    folders.insert(folder);
    if (file.path == "src/" + folder + "/README.md" && !file.text.empty()) described.insert(folder);
  }
  Problems problems;
  for (const auto& folder : folders) {
    if (!described.contains(folder)) problems.push_back("src/" + folder + ": no README.md");
  }
  return problems;
}

}  // namespace

TEST_CASE("tests/unit mirrors the lower floors of src") {
  Problems problems;
  Floors floors = parse_floors(read_file(WEIR_SOURCE_DIR, "src/floors.txt"), problems);
  problems = check_mirror(read_tree(WEIR_SOURCE_DIR, "src"), read_tree(WEIR_SOURCE_DIR, "tests"),
                          floors, read_file(WEIR_SOURCE_DIR, "tests/tidy/untested.txt"));
  CHECK_MESSAGE(problems.empty(), listing(problems));
}

TEST_CASE("each folder of src has a README.md") {
  auto problems = check_readmes(read_tree(WEIR_SOURCE_DIR, "src"));
  CHECK_MESSAGE(problems.empty(), listing(problems));
}

TEST_CASE("a source without its test is told, and so is a stale excuse") {
  Files src = {{"src/base/list.cc", ""}, {"src/base/list.h", ""}, {"src/observe/log.cc", ""}};
  Files tests = {{"tests/unit/base/list_test.cc", ""}};
  CHECK(check_small(src, tests, "").empty());
  CHECK(check_small(src, {}, "# why\nsrc/base/list.cc: three lines\n").empty());
  CHECK(mentions(check_small(src, {}, ""), "src/base/list.cc: no tests/unit/base/list_test.cc"));
  CHECK(mentions(check_small(src, tests, "src/base/list.cc: because\n"), "has its test now"));
  CHECK(mentions(check_small(src, tests, "src/base/gone.cc: because\n"), "is not there"));
  CHECK(mentions(check_small(src, {}, "src/base/list.cc\n"), "no reason"));
}

TEST_CASE("a folder without README.md is told") {
  CHECK(check_readmes(
            {{"src/base/README.md", "It is."}, {"src/base/list.h", ""}, {"src/floors.txt", ""}})
            .empty());
  CHECK(mentions(check_readmes({{"src/base/list.h", ""}}), "src/base: no README.md"));
}

}  // namespace weir::tidy
