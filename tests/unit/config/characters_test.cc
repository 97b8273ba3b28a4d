#include "config/characters.h"

#include <doctest/doctest.h>

namespace weir::config {

TEST_CASE("characters that look like others are named, with what to write") {
  CHECK(strange_character("") == "");
  CHECK(strange_character("größe – no, that is a dash").find("U+2013") != std::string::npos);
  CHECK(strange_character("größe") == "");
  CHECK(strange_character("\xc2\xa0headers") ==
        "there is a no-break space in it (U+00A0); write a blank");
  CHECK(strange_character("“a”") ==
        "there is a quote that is none to YAML in it (U+201C); write \"");
}

}  // namespace weir::config
