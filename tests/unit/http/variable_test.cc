#include "http/variable.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace weir::http {
namespace {

struct Fixture {
  base::Arena arena;
  Request request;

  Fixture() {
    request.arena = &arena;
    request.head.method_text = "GET";
    request.head.target = "/A/../b%2fc?x=1&Name=two&name=three&empty=&bare";
    request.head.authority = "Shop.example.com:8080";
    request.head.host = "shop.example.com";
    request.head.path = "/A/../b%2fc";
    request.head.normal_path = "/b%2Fc";
    request.head.query = "x=1&Name=two&name=three&empty=&bare";
    request.head.has_query = true;
    request.client = "192.0.2.7";
    request.id = "0123456789abcdef0123456789abcdef";
    request.peer.scheme = "https";
  }
  std::string value(std::string_view name) {
    const Variable* variable = find_variable(request_variables(), name);
    REQUIRE(variable != nullptr);
    auto suffix = variable->is_family() ? name.substr(variable->name.size()) : std::string_view();
    return std::string(variable->value(request, suffix, arena));
  }
};

TEST_CASE_FIXTURE(Fixture, "variables say what nginx's of the same name say") {
  CHECK(value("scheme") == "https");
  CHECK(value("host") == "shop.example.com");
  CHECK(value("http_host") == "Shop.example.com:8080");
  CHECK(value("uri") == "/b%2Fc");
  CHECK(value("request_uri") == "/A/../b%2fc?x=1&Name=two&name=three&empty=&bare");
  CHECK(value("args") == "x=1&Name=two&name=three&empty=&bare");
  CHECK(value("is_args") == "?");
  CHECK(value("remote_addr") == "192.0.2.7");
  CHECK(value("request_id") == "0123456789abcdef0123456789abcdef");
  CHECK(value("request_method") == "GET");
  CHECK(value("document_uri") == value("uri"));
  CHECK(value("query_string") == value("args"));
  CHECK(value("request") == "GET " + std::string(request.head.target) + " HTTP/1.1");
  CHECK(value("server_protocol") == "HTTP/1.1");
  request.head.version = Version::kHttp10;
  CHECK(value("server_protocol") == "HTTP/1.0");
  request.peer.port = 40'123;
  CHECK(value("remote_port") == "40123");
  request.head.fields.add(arena, "Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  CHECK(value("remote_user") == "Aladdin");
}

TEST_CASE_FIXTURE(Fixture, "what a request has not is empty") {
  CHECK(value("remote_port").empty());
  CHECK(value("remote_user").empty());
  request.head = {};
  CHECK(value("request").empty());
}

TEST_CASE_FIXTURE(Fixture, "is_args is empty without a query, and for an empty one") {
  request.head.query = {};
  CHECK(value("is_args").empty());
  request.head.has_query = false;
  CHECK(value("is_args").empty());
}

TEST_CASE_FIXTURE(Fixture, "request_uri of an absolute-form is what follows the authority") {
  request.head.target = "http://shop.example.com?q=1";
  request.head.path = "/";
  request.head.query = "q=1";
  CHECK(value("request_uri") == "/?q=1");
  request.head.has_query = false;
  request.head.query = {};
  CHECK(value("request_uri") == "/");
  request.head.target = "*";
  request.head.path = "*";
  CHECK(value("request_uri") == "*");
}

TEST_CASE_FIXTURE(Fixture, "arg_ takes the first argument of a name in any case") {
  CHECK(value("arg_x") == "1");
  CHECK(value("arg_name") == "two");
  CHECK(value("arg_EMPTY").empty());
  CHECK(value("arg_bare").empty());
  CHECK(value("arg_missing").empty());
}

TEST_CASE_FIXTURE(Fixture, "http_ takes a field, and joins those of one name") {
  request.head.fields.add(arena, "X-Trace-Id", "t1");
  request.head.fields.add(arena, "Accept", "");
  request.head.fields.add(arena, "accept", "text/html");
  request.head.fields.add(arena, "Cookie", "a=1");
  request.head.fields.add(arena, "Cookie", "b=2");
  CHECK(value("http_x_trace_id") == "t1");
  CHECK(value("http_X_TRACE_ID") == "t1");
  CHECK(value("http_accept") == ", text/html");
  CHECK(value("http_cookie") == "a=1; b=2");
  CHECK(value("http_missing").empty());
}

TEST_CASE_FIXTURE(Fixture, "cookie_ looks through all Cookie fields") {
  request.head.fields.add(arena, "Cookie", "session=abc; theme=dark;x");
  request.head.fields.add(arena, "Cookie", ";; lang = de; weir_id=e2=");
  CHECK(value("cookie_session") == "abc");
  CHECK(value("cookie_THEME") == "dark");
  CHECK(value("cookie_weir_id") == "e2=");
  CHECK(value("cookie_x").empty());
  CHECK(value("cookie_missing").empty());
}

TEST_CASE("a whole name goes before a family, and the longest family before others") {
  auto any = [](const Request&, std::string_view, base::Arena&) { return std::string_view(); };
  const Variable table[] = {{"a_", any}, {"a_b_", any}, {"a_b_c", any}};
  std::span<const Variable> all = table;
  CHECK(find_variable(all, "a_b_c") == &table[2]);
  CHECK(find_variable(all, "a_b_d") == &table[1]);
  CHECK(find_variable(all, "a_c") == &table[0]);
  CHECK(find_variable(all, "a_") == nullptr);
  CHECK(find_variable(all, "b") == nullptr);
}

TEST_CASE("no variable is in the table twice") {
  std::set<std::string_view> names;
  for (const auto& variable : request_variables()) CHECK(names.insert(variable.name).second);
}

}  // namespace
}  // namespace weir::http
