#include "http/field_edits.h"

#include <doctest/doctest.h>

namespace weir::http {

namespace {

Template made(std::string_view text) {
  auto compiled = Template::compile(text);
  REQUIRE(compiled.ok());
  return std::move(compiled.value());
}

Field field(std::string_view name) { return {name, "x", name_of(name)}; }

// What goes out, "name: value" a line.
std::string rendered(const FieldEdits& edits, std::string_view host = "a.example") {
  base::Arena arena;
  Request request;
  request.arena = &arena;
  request.head.host = host;
  std::string lines;
  for (const Field& one : edits.render(request, arena)) {
    lines.append(one.name).append(": ").append(one.value).append("\n");
  }
  return lines;
}

}  // namespace

TEST_CASE("what is set stands in place of all of its name, in any case; what is added does not") {
  FieldEdits edits;
  CHECK(edits.empty());
  edits.set("X-Tag", made("1"));
  edits.set("via", made("$host"));
  edits.add("X-More", made("2"));
  CHECK_FALSE(edits.empty());
  CHECK(edits.replaces(field("x-tAG")));
  CHECK(edits.replaces(field("Via")));
  CHECK(edits.replaces(Name::kVia));
  CHECK_FALSE(edits.replaces(field("X-More")));
  CHECK_FALSE(edits.replaces(field("X-Tags")));
  CHECK_FALSE(edits.replaces(Name::kHost));
  CHECK(rendered(edits) == "X-Tag: 1\nvia: a.example\nX-More: 2\n");
}

TEST_CASE("what is removed does not go out, and nothing in its place") {
  FieldEdits edits;
  edits.remove("Server");
  edits.remove("X-Powered-By");
  CHECK(edits.replaces(Name::kServer));
  CHECK(edits.replaces(field("x-powered-by")));
  CHECK(rendered(edits).empty());
}

TEST_CASE("a value that comes out empty, or with a control character, is no field") {
  FieldEdits edits;
  edits.set("X-A", made(""));
  edits.set("X-B", made(" $host "));
  edits.add("X-C", made("c"));
  CHECK(edits.replaces(field("X-A")));
  CHECK(rendered(edits, "") == "X-C: c\n");
  CHECK(rendered(edits, "b") == "X-B: b\nX-C: c\n");
  CHECK(rendered(edits, "b\r\nEvil: 1") == "X-C: c\n");
}

TEST_CASE("a field that says how the message goes on is nobody's to make") {
  CHECK(field_fault("X-A", "b").empty());
  CHECK(field_fault("Cache-Control", "no-store").empty());
  CHECK(field_fault("content-length", "1") == "'content-length' is written by weir itself");
  for (const char* name : {"Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer",
                           "Upgrade", "Expect", "Proxy-Connection"}) {
    CHECK_MESSAGE(!field_fault(name, "x").empty(), name);
  }
  CHECK(field_fault("X A", "b") == "'X A' is not a header name");
  CHECK(field_fault("", "b") == "'' is not a header name");
  CHECK(field_fault("X-A", "b\nc") == "the value of 'X-A' holds a control character");
}

}  // namespace weir::http
