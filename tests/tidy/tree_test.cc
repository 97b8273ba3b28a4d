#include "tidy/tree.h"

#include <doctest/doctest.h>

namespace weir::tidy {

TEST_CASE("comments and literals are not taken for code, and lines stay where they are") {
  CHECK(code_of("a // b\nc", Literals::kBlank) == "a     \nc");
  CHECK(code_of("a /* b\n{ */ c", Literals::kBlank) == "a     \n     c");
  CHECK(code_of(R"(x("{ // \" }") + 'y')", Literals::kBlank) == R"(x("         ") + ' ')");
  CHECK(code_of(R"(x("// no"))", Literals::kKeep) == R"(x("// no"))");
  CHECK(code_of("R\"x({ \")x\" y", Literals::kBlank) == "R\"       \" y");
  CHECK(code_of("1'000'000 + '{' + 0xff'ff", Literals::kBlank) == "1'000'000 + ' ' + 0xff'ff");
  CHECK(code_of("u8'{'", Literals::kBlank) == "u8' '");
}

TEST_CASE("directives are blanked with their continuations") {
  CHECK(without_directives("#define X { \\\n  y\nz\n") == "             \n   \nz\n");
}

TEST_CASE("words are found standing alone") {
  CHECK(find_word("renew new", "new") == 6);
  CHECK(find_word("newer", "new") == std::string_view::npos);
  CHECK(line_at("a\nb\nc", 4) == 3);
}

TEST_CASE("paths are taken apart") {
  CHECK(folder_of("src/http/uri.cc") == "http");
  CHECK(folder_of("src/floors.txt").empty());
  CHECK(stem_of("src/http/uri.cc") == "uri");
}

}  // namespace weir::tidy
