#include "observe/log_template.h"

#include <doctest/doctest.h>

#include <string>

#include "observe/template_line.h"
#include "unit/observe/scratch.h"

namespace weir::observe {
namespace {

LogTemplate compiled(std::string_view text) {
  auto made = LogTemplate::compile(text);
  REQUIRE_MESSAGE(made.ok(), made.error().text);
  return std::move(made.value());
}

std::string line_of(const Logged& exchange, std::string_view text,
                    std::size_t text_max = std::string::npos) {
  LogTemplate of = compiled(text);
  TemplateLine line(of, exchange);
  std::string memory(line.size_max(text_max), ' ');
  LogText out(memory.data(), memory.size());
  line.put(out, text_max);
  CHECK(out.size() <= memory.size());
  return std::string(out.view());
}

}  // namespace

TEST_CASE("a template takes variables of the request and of its end") {
  Ended asked;
  CHECK(compiled("$request_method $status!").render(asked.logged) == "GET 200!");
  CHECK(compiled("$status").render(asked.logged) == "200");
  CHECK(compiled("<$http_missing>").render(asked.logged) == "<>");
  CHECK(compiled("plain").render(asked.logged) == "plain");
  CHECK(compiled("plain").is_constant());
  CHECK(compiled("").render(asked.logged).empty());
}

TEST_CASE("an unknown variable is told with its place") {
  http::TemplateFault fault;
  auto made = LogTemplate::compile("a $stats", &fault);
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().text == "unknown variable '$stats' at character 3 of 'a $stats'");
  CHECK(fault.position == 2);
  CHECK(fault.name == "stats");
  CHECK_FALSE(LogTemplate::compile("a $ b").ok());
}

TEST_CASE("a template needs what its variables need") {
  CHECK_FALSE(compiled("$status").needs().sent_head);
  CHECK(compiled("$status $sent_http_etag").needs().sent_head);
  CHECK(compiled("$server_port $status").needs().server_address);
}

TEST_CASE("a line has dashes for nothing, and what came from outside is escaped") {
  Ended asked;
  asked.request.head.fields.add(asked.arena, "User-Agent", "a\"b\\\xC3\n");
  CHECK(line_of(asked.logged, "\"$http_user_agent\" [$http_referer]\t$status") ==
        "\"a\\x22b\\x5C\\xC3\\x0A\" [-]\t200\n");
}

TEST_CASE("secrets are masked but in a variable of their own name") {
  Ended asked;
  asked.request.head.target = "/a?token=abc&x=1";
  asked.request.head.query = "token=abc&x=1";
  asked.request.head.has_query = true;
  asked.request.head.fields.add(asked.arena, "Referer", "http://u:p@a/?sig=1");
  asked.request.head.fields.add(asked.arena, "Cookie", "session=s1");
  asked.request.head.fields.add(asked.arena, "Authorization", "Bearer b1");
  asked.request.record.sent_head =
      "HTTP/1.1 302 Found\r\nLocation: /cb?id_token=t\r\nSet-Cookie: a=b\r\n\r\n";
  CHECK(line_of(asked.logged, "$request|$request_uri|$args|$query_string") ==
        "GET /a?token=***&x=1 HTTP/1.1|/a?token=***&x=1|token=***&x=1|token=***&x=1\n");
  CHECK(line_of(asked.logged, "$http_referer|$http_REFERER|$sent_http_location") ==
        "http://***@a/?sig=***|http://***@a/?sig=***|/cb?id_token=***\n");
  CHECK(line_of(asked.logged, "$arg_token|$cookie_session|$http_cookie|$http_authorization") ==
        "abc|s1|session=s1|Bearer b1\n");
  CHECK(line_of(asked.logged, "$sent_http_set_cookie") == "a=b\n");
}

TEST_CASE("values are cut where there is no room, each at the same length") {
  Ended asked;
  std::string hostile(1000, '\x01');
  asked.request.head.fields.add(asked.arena, "A", hostile);
  CHECK(line_of(asked.logged, "<$http_a|$status>", 2) == "<\\x01\\x01|20>\n");
  CHECK(line_of(asked.logged, "<$http_a|$status>", 0) == "<|>\n");
}

}  // namespace weir::observe
