#include "observe/log_condition.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/observe/scratch.h"

namespace weir::observe {
namespace {

bool holds(const Logged& exchange, std::string_view text) {
  auto made = LogCondition::compile(text);
  REQUIRE_MESSAGE(made.ok(), made.error().text);
  return made.value().holds(exchange);
}

}  // namespace

TEST_CASE("a template is matched with a regex, or compared with a value") {
  Ended asked;
  asked.request.record.status = 502;
  CHECK(holds(asked.logged, "$status ~ ^5"));
  CHECK_FALSE(holds(asked.logged, "$status ~ ^4"));
  CHECK_FALSE(holds(asked.logged, "$status !~ ^5"));
  CHECK(holds(asked.logged, "$status !~ ^[234]"));
  CHECK(holds(asked.logged, "$status = 502"));
  CHECK_FALSE(holds(asked.logged, "$status = 50"));
  CHECK(holds(asked.logged, "$status != 200"));
  CHECK_FALSE(holds(asked.logged, "$status != 502"));
  CHECK(holds(asked.logged, "$request_method $status = GET 502"));
  CHECK(holds(asked.logged, "$request_uri ~ (?i)^/A\\?"));
}

TEST_CASE("what has no value is empty") {
  Ended asked;
  CHECK(holds(asked.logged, "$http_missing ="));
  CHECK(holds(asked.logged, "$http_missing = "));
  CHECK_FALSE(holds(asked.logged, "$http_missing !="));
  CHECK(holds(asked.logged, "$host != "));
}

TEST_CASE("the first operator that stands alone is the one, and the value is all behind it") {
  Ended asked;
  asked.request.head.query = "a=b = c";
  CHECK(holds(asked.logged, "$args = a=b = c"));
  CHECK(holds(asked.logged, "x=$host = x=shop.example.com"));
  CHECK(holds(asked.logged, "$args ~  = "));
  CHECK_FALSE(holds(asked.logged, "$status =  200"));
}

TEST_CASE("secrets are not masked for a condition") {
  Ended asked;
  asked.request.head.query = "token=abc";
  CHECK(holds(asked.logged, "$args = token=abc"));
}

TEST_CASE("what is no condition is an error") {
  auto error = [](std::string_view text) {
    http::TemplateFault fault;
    auto made = LogCondition::compile(text, &fault);
    REQUIRE_FALSE(made.ok());
    CHECK((fault.length > 0) == (made.error().text.find("at character") != std::string::npos));
    return made.error().text;
  };
  CHECK(error("$status") == "'$status' has none of ~, !~, = and != between a template and a value");
  CHECK(error("$status=200").find("has none of") != std::string::npos);
  CHECK(error("").find("has none of") != std::string::npos);
  CHECK(error("200 = 200") == "'200' has no variable: it is always the same");
  CHECK(error(" = a").find("has no variable") != std::string::npos);
  CHECK(error("$stats = 200") == "unknown variable '$stats' at character 1 of '$stats'");
  CHECK(error("$status ~ (").size() > 0);
}

TEST_CASE("a condition needs what its template needs") {
  CHECK(LogCondition::compile("$sent_http_etag = a").value().needs().sent_head);
  CHECK_FALSE(LogCondition::compile("$status = 200").value().needs().sent_head);
}

}  // namespace weir::observe
