#include "http/template_text.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::http {
namespace {

// "literal|<name>|literal".
std::string cut(std::string_view text) {
  auto pieces = cut_template(text);
  REQUIRE(pieces.ok());
  std::string out;
  for (const TemplatePiece& piece : pieces.value()) {
    if (!out.empty()) out += '|';
    out += piece.is_variable ? "<" + std::string(piece.text) + ">" : std::string(piece.text);
    CHECK(text.substr(piece.position, piece.length).find(piece.text) != std::string_view::npos);
  }
  return out;
}

}  // namespace

TEST_CASE("a template is cut into literal text and the names of variables") {
  CHECK(cut("") == "");
  CHECK(cut("plain") == "plain");
  CHECK(cut("$a") == "<a>");
  CHECK(cut("$scheme://${host}x$request_uri") == "<scheme>|://|<host>|x|<request_uri>");
  CHECK(cut("[$a$b] \"$c\"") == "[|<a>|<b>|] \"|<c>|\"");
}

TEST_CASE("a piece knows where it stands, dollar and braces included") {
  auto pieces = cut_template("ab${cd}e");
  REQUIRE(pieces.ok());
  REQUIRE(pieces.value().size() == 3);
  CHECK(pieces.value()[1].position == 2);
  CHECK(pieces.value()[1].length == 5);
  TemplateFault fault;
  auto error = unknown_variable("ab${cd}e", pieces.value()[1], &fault);
  CHECK(error.text == "unknown variable '$cd' at character 3 of 'ab${cd}e'");
  CHECK(fault.position == 2);
  CHECK(fault.length == 5);
  CHECK(fault.name == "cd");
}

TEST_CASE("a dollar without a name is told with its place") {
  for (std::string_view text : {"ab$", "ab$ x", "ab$$a", "ab${}", "ab${a", "ab${a b}"}) {
    TemplateFault fault;
    auto pieces = cut_template(text, &fault);
    REQUIRE_FALSE(pieces.ok());
    CHECK(fault.position == 2);
    CHECK(fault.length >= 1);
    CHECK(fault.name.empty());
    CHECK(pieces.error().text.find("at character 3 of") != std::string::npos);
  }
}

}  // namespace weir::http
