#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "tidy/tree.h"

namespace weir::tidy {

namespace {

namespace fs = std::filesystem;

// Beginnings of paths that exist on somebody's machine only, taken apart so that this file is clean
// itself.
constexpr std::array<std::string_view, 3> kHomes = {
    "/ho"
    "me/",
    "/ro"
    "ot/",
    "/Us"
    "ers/"};

bool is_text(const File& file) { return file.text.find('\0') == std::string::npos; }

// Nothing in the tree names a place on one machine; `here` is where this tree itself lies.
Problems check_paths(const Files& files, std::string_view here) {
  Problems problems;
  auto check = [&](const File& file, std::string_view path) {
    for (std::size_t at = file.text.find(path); at != std::string::npos;
         at = file.text.find(path, at + 1)) {
      // Behind these it is the rest of a path that begins elsewhere.
      bool begins =
          at == 0 || (!is_word_char(file.text[at - 1]) &&
                      std::string_view(".})*").find(file.text[at - 1]) == std::string_view::npos);
      if (!begins) continue;
      problems.push_back(file.path + ":" + std::to_string(line_at(file.text, at)) +
                         ": a path of one machine");
      return;
    }
  };
  for (const auto& file : files) {
    if (!is_text(file)) continue;
    for (std::string_view home : kHomes) check(file, home);
    // A tree right below the root has too common a name.
    if (std::count(here.begin(), here.end(), '/') > 1) check(file, here);
  }
  return problems;
}

// Lines end well: no blanks behind, no tabs, no carriage returns, one line end at the end of the
// file. Wrong configurations may be wrong in this too.
Problems check_blanks(const Files& files) {
  Problems problems;
  for (const auto& file : files) {
    if (!is_text(file) || file.text.empty() || file.path.starts_with("tests/wire/") ||
        file.path.starts_with("tests/config/bad/") || file.path.starts_with("tests/fuzz/corpus/"))
      continue;
    if (!file.text.ends_with('\n')) problems.push_back(file.path + ": its last line has no end");
    std::size_t number = 0;
    for (std::string_view line : lines_of(file.text)) {
      ++number;
      std::string where = file.path + ":" + std::to_string(number) + ": ";
      if (line.ends_with(' ')) problems.push_back(where + "blanks at its end");
      if (line.find_first_of("\t\r") != std::string_view::npos)
        problems.push_back(where + "a tab or carriage return");
    }
  }
  return problems;
}

// Scripts can be run as they are; `runs` tells whether a file has its run bit.
template <class Runs>
Problems check_scripts(const Files& scripts, Runs runs) {
  Problems problems;
  for (const auto& file : scripts) {
    if (!runs(file.path)) problems.push_back(file.path + ": no run bit");
    if (!file.text.starts_with("#!/usr/bin/env "))
      problems.push_back(file.path + ": no #!/usr/bin/env");
  }
  return problems;
}

bool has_run_bit(const std::string& path) {
  auto mode = fs::status(fs::path(WEIR_SOURCE_DIR) / path).permissions();
  return (mode & fs::perms::owner_exec) != fs::perms::none;
}

}  // namespace

TEST_CASE("nothing in the tree names a place on one machine") {
  std::string here = fs::path(WEIR_SOURCE_DIR).lexically_normal().string();
  auto problems = check_paths(read_tree(WEIR_SOURCE_DIR, "."), here);
  CHECK_MESSAGE(problems.empty(), listing(problems));
}

TEST_CASE("lines end well") {
  for (std::string_view folder : {"src", "tests", "scripts", "conf", "docs", ".ci"}) {
    auto problems = check_blanks(read_tree(WEIR_SOURCE_DIR, folder));
    CHECK_MESSAGE(problems.empty(), listing(problems));
  }
}

TEST_CASE("scripts can be run") {
  for (std::string_view folder : {"scripts", ".ci"}) {
    auto problems = check_scripts(read_tree(WEIR_SOURCE_DIR, folder), has_run_bit);
    CHECK_MESSAGE(problems.empty(), listing(problems));
  }
}

TEST_CASE("a place on one machine is told") {
  CHECK(
      check_paths({{"a.md", "see /usr/share/ and ./home/x and /srv/www\n"}}, "/srv/weir").empty());
  CHECK(mentions(check_paths({{"a.md",
                               "\nin /ho"
                               "me/me/x\n"}},
                             "/srv/weir"),
                 "a.md:2"));
  CHECK(mentions(check_paths({{"a.md", "in /srv/weir/x\n"}}, "/srv/weir"), "a.md:1"));
  CHECK(check_paths({{"a.md", "in ${TMPDIR}/srv/weir/x\n"}}, "/srv/weir").empty());
  CHECK(check_paths({{"a.md", "in /weir/x\n"}}, "/weir").empty());
}

TEST_CASE("ragged lines are told") {
  CHECK(check_blanks({{"a.cc", "a\n\nb\n"}, {"b.png", std::string("\0 \n", 3)}, {"empty", ""}})
            .empty());
  CHECK(mentions(check_blanks({{"a.cc", "a \nb\n"}}), "a.cc:1: blanks"));
  CHECK(mentions(check_blanks({{"a.cc", "a\n\tb\n"}}), "a.cc:2: a tab"));
  CHECK(mentions(check_blanks({{"a.cc", "a"}}), "last line"));
}

TEST_CASE("a script that cannot be run is told") {
  auto yes = [](const std::string&) { return true; };
  auto no = [](const std::string&) { return false; };
  CHECK(check_scripts({{"scripts/a", "#!/usr/bin/env bash\n"}}, yes).empty());
  CHECK(mentions(check_scripts({{"scripts/a", "#!/usr/bin/env bash\n"}}, no), "no run bit"));
  CHECK(mentions(check_scripts({{"scripts/a", "echo\n"}}, yes), "no #!"));
}

}  // namespace weir::tidy
