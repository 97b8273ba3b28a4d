#include "cli/text_table.h"

#include <doctest/doctest.h>

namespace weir::cli {
namespace {

TextTable some_table() {
  TextTable table;
  table.add_column("NAME");
  table.add_column("COUNT", true);
  table.add_column("WHY");
  table.add_row();
  table.add("a-long-name");
  table.add("7");
  table.add("");
  table.add_row();
  table.add("b", Colour::kRed);
  table.add("1234567");
  table.add("refused");
  return table;
}

}  // namespace

TEST_CASE("columns are as wide as what is in them, numbers to the right, no blanks at the end") {
  CHECK(some_table().text({}) ==
        "NAME           COUNT  WHY\n"
        "a-long-name        7\n"
        "b            1234567  refused\n");
}

TEST_CASE("lines are cut at the width") {
  CHECK(some_table().text({false, 23}) ==
        "NAME           COUNT  W\n"
        "a-long-name        7\n"
        "b            1234567  r\n");
  CHECK(some_table().text({false, 22}) ==
        "NAME           COUNT\n"
        "a-long-name        7\n"
        "b            1234567\n");
  CHECK(some_table().text({false, 1}) == "N\na\nb\n");
}

TEST_CASE("colours take no room") {
  std::string text = some_table().text({true, 0});
  CHECK(text.find("\033[31mb\033[0m            1234567  refused\n") != std::string::npos);
  CHECK(text.find("\na-long-name        7\n") != std::string::npos);
}

TEST_CASE("a character of several bytes is one column") {
  TextTable table;
  table.add_column("N");
  table.add_column("M");
  table.add_row();
  table.add("\xC3\xBC\xC3\xBC");
  table.add("x");
  CHECK(table.text({}) == "N   M\n\xC3\xBC\xC3\xBC  x\n");
  CHECK(table.text({false, 1}) == "N\n\xC3\xBC\n");
}

TEST_CASE("what is shown cannot steer the terminal") {
  TextTable table;
  table.add_column("N");
  table.add_row();
  table.add("a\033[2Jb\n\x7F");
  CHECK(table.text({}) == "N\na?[2Jb??\n");
}

}  // namespace weir::cli
