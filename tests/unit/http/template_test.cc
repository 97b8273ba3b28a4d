#include "http/template.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::http {
namespace {

struct Fixture {
  base::Arena arena;
  Request request;

  Fixture() {
    request.arena = &arena;
    request.head.host = "shop.example.com";
    request.head.target = "/a?b=c";
    request.head.normal_path = "/a";
    request.head.query = "b=c";
    request.peer.scheme = "http";
  }
  std::string rendered(std::string_view text) {
    auto made = Template::compile(text);
    REQUIRE_MESSAGE(made.ok(), made.error().text);
    return std::string(made.value().render(request, arena));
  }
};

TEST_CASE_FIXTURE(Fixture, "variables stand for their values, with and without braces") {
  CHECK(rendered("$scheme://$host$request_uri") == "http://shop.example.com/a?b=c");
  CHECK(rendered("${host}name") == "shop.example.comname");
  CHECK(rendered("$host-x") == "shop.example.com-x");
  CHECK(rendered("<$arg_b|$arg_z>") == "<c|>");
  CHECK(rendered("${arg_b}${arg_b}") == "cc");
  CHECK(rendered("").empty());
}

TEST_CASE_FIXTURE(Fixture, "text without variables is not copied") {
  auto made = Template::compile("plain text");
  REQUIRE(made.ok());
  CHECK(made.value().is_constant());
  auto first = made.value().render(request, arena);
  CHECK(first == "plain text");
  CHECK(first.data() == made.value().render(request, arena).data());
  CHECK(arena.held() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a lone variable is not copied") {
  auto made = Template::compile("$host");
  REQUIRE(made.ok());
  CHECK_FALSE(made.value().is_constant());
  CHECK(made.value().render(request, arena).data() == request.head.host.data());
  CHECK(arena.held() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a template may be moved, short texts included") {
  auto made = Template::compile("a$arg_b");
  REQUIRE(made.ok());
  std::vector<Template> moved;
  moved.push_back(std::move(made.value()));
  moved.emplace_back();
  CHECK(moved[0].render(request, arena) == "ac");
  CHECK(moved[1].render(request, arena).empty());
}

TEST_CASE("an unknown variable is an error that says which and where") {
  TemplateFault fault;
  std::string text = "https://${hots}/x";
  auto made = Template::compile(text, request_variables(), &fault);
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().text.find("unknown variable '$hots' at character 9") == 0);
  CHECK(fault.position == 8);
  CHECK(fault.length == 7);
  CHECK(fault.name == "hots");
}

TEST_CASE("a dollar that no name follows is an error") {
  for (std::string_view text : {"$", "a$", "$ x", "$$host", "${}", "${host", "${ho st}", "$-"}) {
    TemplateFault fault;
    auto made = Template::compile(text, request_variables(), &fault);
    REQUIRE_FALSE(made.ok());
    CHECK(made.error().text.find("'$' wants the name") == 0);
    CHECK(fault.position == text.find('$'));
    CHECK(fault.name.empty());
  }
}

TEST_CASE("a family alone names no variable") { CHECK_FALSE(Template::compile("$arg_").ok()); }

TEST_CASE_FIXTURE(Fixture, "a floor above adds variables by a table of its own") {
  std::vector<Variable> table(request_variables().begin(), request_variables().end());
  table.push_back({"answer", [](const Request&, std::string_view, base::Arena&) {
                     return std::string_view("42");
                   }});
  CHECK_FALSE(Template::compile("$host=$answer").ok());
  auto made = Template::compile("$host=$answer", table);
  REQUIRE(made.ok());
  CHECK(made.value().render(request, arena) == "shop.example.com=42");
}

}  // namespace
}  // namespace weir::http
