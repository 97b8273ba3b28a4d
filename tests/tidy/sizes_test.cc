#include <doctest/doctest.h>

#include <algorithm>

#include "tidy/functions.h"

namespace weir::tidy {

namespace {

constexpr std::size_t kSourceLinesMax = 400;
constexpr std::size_t kHeaderLinesMax = 250;
constexpr std::size_t kTestLinesMax = 450;
constexpr std::size_t kFunctionLinesMax = 70;

std::size_t lines_max(std::string_view path) {
  if (path.starts_with("tests/")) return kTestLinesMax;
  return is_header(path) ? kHeaderLinesMax : kSourceLinesMax;
}

Problems check_file_lengths(const Files& files) {
  Problems problems;
  for (const auto& file : files) {
    if (!is_source(file.path) && !is_header(file.path)) continue;
    std::size_t lines = lines_of(file.text).size();
    if (lines <= lines_max(file.path)) continue;
    problems.push_back(file.path + ": " + std::to_string(lines) + " lines, at most " +
                       std::to_string(lines_max(file.path)));
  }
  return problems;
}

Problems check_function_lengths(const Files& files) {
  Problems problems;
  for (const auto& file : files) {
    if (!is_source(file.path) && !is_header(file.path)) continue;
    bool balanced = true;
    for (const auto& function : functions_of(file.text, balanced)) {
      if (function.body_lines <= kFunctionLinesMax) continue;
      problems.push_back(file.path + ":" + std::to_string(function.line) + ": '" + function.head +
                         "' has " + std::to_string(function.body_lines) + " lines, at most " +
                         std::to_string(kFunctionLinesMax));
    }
    if (!balanced) problems.push_back(file.path + ": its braces could not be followed");
  }
  return problems;
}

std::string lines(std::size_t count) {
  std::string text;
  while (count-- > 0) text += "  work();\n";
  return text;
}

// The heads of the functions found in `text`.
std::vector<std::string> heads(std::string_view text) {
  std::vector<std::string> out;
  bool balanced = true;
  for (const auto& function : functions_of(text, balanced)) out.push_back(function.head);
  CHECK(balanced);
  return out;
}

using Heads = std::vector<std::string>;

}  // namespace

TEST_CASE("files are short") {
  auto problems = check_file_lengths(read_tree(WEIR_SOURCE_DIR, "src"));
  CHECK_MESSAGE(problems.empty(), listing(problems));
  problems = check_file_lengths(read_tree(WEIR_SOURCE_DIR, "tests"));
  CHECK_MESSAGE(problems.empty(), listing(problems));
}

TEST_CASE("functions are short") {
  auto problems = check_function_lengths(read_tree(WEIR_SOURCE_DIR, "src"));
  CHECK_MESSAGE(problems.empty(), listing(problems));
}

TEST_CASE("a long file is told") {
  CHECK(check_file_lengths({{"src/http/uri.cc", lines(400)}}).empty());
  CHECK(mentions(check_file_lengths({{"src/http/uri.cc", lines(401)}}), "401 lines, at most 400"));
  CHECK(mentions(check_file_lengths({{"src/http/uri.h", lines(251)}}), "at most 250"));
  CHECK(mentions(check_file_lengths({{"tests/unit/http/uri_test.cc", lines(451)}}), "at most 450"));
}

TEST_CASE("a long function is told, wherever it stands") {
  CHECK(check_function_lengths({{"src/a/b.cc", "void f() {\n" + lines(70) + "}\n"}}).empty());
  std::string body = "{\n" + lines(71) + "}\n";
  for (std::string head :
       {"void f() ", "namespace n {\nclass A {\n public:\n  int f(int x) const noexcept ",
        "A::A(int b) : a_{1}, b_(b) ", "A::A(int b)\n    : B(b),\n      a_{1} ",
        "template <class T>\nauto A<T>::f() const -> std::vector<int> ",
        "bool operator==(const A& a, const A& b) ", "static auto table = [](int) "}) {
    std::string close = head.starts_with("namespace") ? "};\n}\n" : ";\n";
    CHECK_MESSAGE(
        mentions(check_function_lengths({{"src/a/b.cc", head + body + close}}), "71 lines"), head);
  }
  CHECK(
      mentions(check_function_lengths({{"src/a/b.cc", "void f() {\n"}}), "could not be followed"));
}

TEST_CASE("only functions are taken for functions") {
  CHECK(heads("namespace a::b {\nclass A final : public B<int> {\n};\nenum class E { kA };\n}\n") ==
        Heads{});
  CHECK(heads("int x{0};\nconst int t[] = {1, 2};\nstruct A { int b = 0; } a;\n") == Heads{});
  CHECK(heads("extern \"C\" {\nvoid f() {}\n}\n") == Heads{"void f()"});
  CHECK(heads("void f() { if (a) { b(); } }\nint g();\nint h() { return 1; }\n") ==
        Heads{"void f()", "int h()"});
  CHECK(heads("struct A { int f() const { return 1; } };\n") == Heads{"int f() const"});
  CHECK(heads("void f() {\n  auto s = \"}\";  // }\n}\n#define X {\nvoid g() {}\n") ==
        Heads{"void f()", "void g()"});
}

}  // namespace weir::tidy
