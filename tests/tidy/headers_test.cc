#include <doctest/doctest.h>

#include <set>

#include "tidy/floors.h"

namespace weir::tidy {

namespace {

// The line declares a class with a body, right in a namespace: those stand at the left edge.
bool opens_class(const Lines& lines, std::size_t i) {
  if (!lines[i].starts_with("class ") && !lines[i].starts_with("struct ")) return false;
  for (; i < lines.size(); ++i) {
    std::size_t end = lines[i].find_first_of("{;");
    if (end != std::string_view::npos) return lines[i][end] == '{';
  }
  return false;
}

// A specialisation is described where its template is: its name is followed by arguments.
bool specialises(std::string_view line) {
  line = trim(line.substr(line.find(' ')));
  std::size_t end = line.find_first_of(" <{");
  return end != std::string_view::npos && line[end] == '<';
}

// Each header guards itself, and each public class says above itself what it is.
Problems check_headers(const Files& files) {
  Problems problems;
  for (const auto& file : files) {
    if (!is_header(file.path)) continue;
    Lines lines = lines_of(file.text);
    if (lines.empty() || lines[0] != "#pragma once")
      problems.push_back(file.path + ":1: no #pragma once");
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!opens_class(lines, i)) continue;
      std::size_t above = i;
      while (above > 0 && lines[above - 1].starts_with("template <")) --above;
      bool comment = above > 0 && lines[above - 1].starts_with("//");
      if (comment || specialises(lines[i])) continue;
      problems.push_back(file.path + ":" + std::to_string(i + 1) + ": '" + std::string(lines[i]) +
                         "' has no comment above it");
    }
  }
  return problems;
}

// A header that nobody includes is dead.
Problems check_dead_headers(const Files& src) {
  std::set<std::string> included;
  for (const auto& file : src) {
    for (const auto& include : includes_of(file.text)) included.insert("src/" + include.name);
  }
  Problems problems;
  for (const auto& file : src) {
    if (is_header(file.path) && !included.contains(file.path))
      problems.push_back(file.path + ": nobody includes it");
  }
  return problems;
}

}  // namespace

TEST_CASE("headers guard themselves and say what their classes are") {
  auto problems = check_headers(read_tree(WEIR_SOURCE_DIR, "src"));
  CHECK_MESSAGE(problems.empty(), listing(problems));
}

TEST_CASE("no header of src is dead") {
  auto problems = check_dead_headers(read_tree(WEIR_SOURCE_DIR, "src"));
  CHECK_MESSAGE(problems.empty(), listing(problems));
}

TEST_CASE("a bare header is told") {
  auto check = [](const std::string& text) { return check_headers({{"src/a/b.h", text}}); };
  CHECK(check("#pragma once\nclass A;\n// What it is.\nclass B {\n  struct C {};\n};\n").empty());
  CHECK(check("#pragma once\n// What it is.\ntemplate <class T>\nstruct B {};\n").empty());
  CHECK(check("#pragma once\ntemplate <>\nstruct fmt::formatter<A> {};\n").empty());
  CHECK(check("#pragma once\ntemplate <class F, class T>\nstruct A<F T::*> {};\n").empty());
  CHECK(mentions(check("// A\n#pragma once\n"), "src/a/b.h:1: no #pragma"));
  CHECK(mentions(check("#pragma once\n\nclass B {};\n"),
                 "src/a/b.h:3: 'class B {};' has no comment"));
  CHECK(mentions(check("#pragma once\n\nclass B\n    : public C {\n};\n"), "no comment"));
  CHECK(mentions(check("#pragma once\n\ntemplate <class T>\nstruct B {};\n"), "no comment"));
}

TEST_CASE("a dead header is told") {
  CHECK(check_dead_headers({{"src/a/b.cc", "#include \"a/b.h\"\n"}, {"src/a/b.h", ""}}).empty());
  CHECK(mentions(check_dead_headers({{"src/a/b.cc", "// #include \"a/b.h\"\n"}, {"src/a/b.h", ""}}),
                 "src/a/b.h"));
}

}  // namespace weir::tidy
