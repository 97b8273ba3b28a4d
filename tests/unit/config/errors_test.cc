#include "config/errors.h"

#include <doctest/doctest.h>

namespace weir::config {

TEST_CASE("errors are shown in file order, with their count") {
  Source source("conf/weir.yaml", "ab: 1\ncd: 2\n");
  Errors errors(source);
  CHECK(errors.empty());
  CHECK(render({&errors}).empty());
  errors.add(Place{6, 2}, "second", "do this");
  errors.add(Place{0, 2}, "first");
  CHECK(render({&errors}) ==
        "conf/weir.yaml:1:1: error: first\n"
        "    1 | ab: 1\n"
        "      | ^~\n"
        "conf/weir.yaml:2:1: error: second\n"
        "    2 | cd: 2\n"
        "      | ^~ do this\n"
        "2 errors\n");
}

TEST_CASE("one error is counted in the singular") {
  Source source("a", "x\n");
  Errors errors(source);
  errors.add(Place{0, 1}, "bad");
  CHECK(render({&errors}).ends_with("\n1 error\n"));
}

TEST_CASE("an error is one line, whatever it quotes") {
  Source source("a", "x\n");
  Errors errors(source);
  errors.add(Place{0, 1}, "'b\n\x1b[2J' is none", "not\tthis");
  CHECK(render({&errors}) ==
        "a:1:1: error: 'b\\n\\x1B[2J' is none\n"
        "    1 | x\n"
        "      | ^ not\\x09this\n"
        "1 error\n");
}

TEST_CASE("the first hundred are shown, the others counted") {
  Source source("a", "x\n");
  Errors errors(source);
  for (int i = 0; i < 101; ++i) errors.add(Place{0, 1}, "bad");
  CHECK(render({&errors}).ends_with("\n1 error more\n"));
  for (int i = 0; i < 20'000; ++i) errors.add(Place{0, 1}, "bad");
  CHECK(errors.count() == 20'101);
  CHECK(render({&errors}).ends_with("\n20001 errors more\n"));
}

TEST_CASE("an error alone drops the others") {
  Source source("a", "x\n");
  Errors errors(source);
  errors.add(Place{0, 1}, "bad");
  errors.add_alone(Place{0, 1}, "worse");
  CHECK(errors.count() == 1);
  CHECK(render({&errors}).find("bad") == std::string::npos);
}

TEST_CASE("user text in messages is quoted, cut and printable") {
  CHECK(quoted("a b") == "'a b'");
  CHECK(quoted("a\nb\x01") == "'a\\nb\\x01'");
  CHECK(quoted(std::string(100, 'x')) == "'" + std::string(60, 'x') + "...'");
  // Not within a character.
  CHECK(quoted(std::string(59, 'x') + "üüü") == "'" + std::string(59, 'x') + "...'");
}

}  // namespace weir::config
