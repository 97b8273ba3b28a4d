#include "cache/directives.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::cache {
namespace {

// All members of a line: "name", "name=value", with "!" in front of what is malformed.
std::string read(std::string_view line) {
  DirectiveReader reader(line);
  Directive directive;
  std::string out;
  while (reader.next(directive)) {
    if (!out.empty()) out += " | ";
    if (!directive.well_formed) out += '!';
    out += directive.name;
    if (directive.has_value) out += "=" + std::string(directive.value);
  }
  return out;
}

}  // namespace

TEST_CASE("members are read in order, with or without a value (RFC 9111 section 5.2)") {
  CHECK(read("").empty());
  CHECK(read(" , ,, ").empty());
  CHECK(read("no-store") == "no-store");
  CHECK(read("max-age=60, public") == "max-age=60 | public");
  CHECK(read("\tmax-age=60\t,,public ,") == "max-age=60 | public");
  CHECK(read("max-age=\"60\"") == "max-age=60");
}

TEST_CASE("a comma inside of a quoted string separates nothing") {
  CHECK(read("no-cache=\"a, b\", max-age=1") == "no-cache=a, b | max-age=1");
  CHECK(read("x=\"a \\\" , max-age=5\", no-store") == "x=a \\\" , max-age=5 | no-store");
  CHECK(read("x=\"\", y") == "x= | y");
}

TEST_CASE("what is malformed is named, and what follows it is read") {
  CHECK(read("max-age =60, public") == "!max-age | public");
  CHECK(read("max-age= 60, public") == "!max-age= | public");
  CHECK(read("max-age=60 s, public") == "!max-age=60 | public");
  CHECK(read("max-age=, public") == "!max-age= | public");
  CHECK(read("=60, public") == "! | public");
  CHECK(read("max-age=6@0, public") == "!max-age=6 | public");
  CHECK(read("public; max-age=60") == "!public");
  CHECK(read("x=\"open, max-age=60") == "!x=open, max-age=60");
  CHECK(read("x=\"open\\") == "!x=open\\");
  CHECK(read("a b=\"c,d\", e") == "!a | e");
}

TEST_CASE("the lines of a field are one list; other fields are none of it") {
  base::Arena arena;
  http::Fields fields;
  fields.add(arena, "Cache-Control", "max-age=60");
  fields.add(arena, "X-Cache-Control", "no-store");
  fields.add(arena, "cache-control", "public, immutable");
  std::string names;
  each_directive(fields, http::Name::kCacheControl,
                 [&names](const Directive& one) { names += std::string(one.name) + " "; });
  CHECK(names == "max-age public immutable ");
}

}  // namespace weir::cache
