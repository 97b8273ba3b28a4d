#include "routing/condition.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

namespace weir::routing {
namespace {

using Named = ConditionOptions::Named;

// A request that conditions are asked about.
struct Asked {
  Asked() { request.arena = &arena; }
  Asked& field(std::string_view name, std::string_view value) {
    request.head.fields.add(arena, name, value);
    return *this;
  }
  Asked& query(std::string_view text) {
    request.head.query = text;
    return *this;
  }
  base::Arena arena;
  http::Request request;
};

std::vector<Condition> parsed(const RouteOptions& options) {
  auto conditions = parse_conditions(options);
  REQUIRE_MESSAGE(conditions.ok(), conditions.error().text);
  return std::move(conditions.value());
}

RouteOptions when(ConditionOptions asked) {
  RouteOptions options;
  options.when = std::move(asked);
  return options;
}

RouteOptions unless(ConditionOptions asked) {
  RouteOptions options;
  options.unless = std::move(asked);
  return options;
}

bool hold(const RouteOptions& options, const http::Request& request) {
  for (const Condition& condition : parsed(options)) {
    if (!condition.holds(request)) return false;
  }
  return true;
}

ConditionOptions headers(Named entries) {
  ConditionOptions options;
  options.headers = std::move(entries);
  return options;
}
ConditionOptions query(Named entries) {
  ConditionOptions options;
  options.query = std::move(entries);
  return options;
}
ConditionOptions cookies(Named entries) {
  ConditionOptions options;
  options.cookies = std::move(entries);
  return options;
}

}  // namespace

TEST_CASE("a header is asked for by name in any case, known to weir or not") {
  Asked asked;
  asked.field("x-beta", "1").field("ACCEPT", "text/html");
  CHECK(hold(when(headers({{"X-Beta", "1"}})), asked.request));
  CHECK(hold(when(headers({{"X-BETA", "*"}, {"accept", "~ html"}})), asked.request));
  CHECK_FALSE(hold(when(headers({{"X-Beta", "2"}})), asked.request));
  CHECK_FALSE(hold(when(headers({{"X-Bet", "*"}})), asked.request));
  CHECK_FALSE(hold(when(headers({{"X-Beta", "1"}, {"Cookie", "*"}})), asked.request));
}

TEST_CASE("of several fields of a name, one with the value is enough") {
  Asked asked;
  asked.field("X-A", "1").field("X-A", "2");
  CHECK(hold(when(headers({{"X-A", "2"}})), asked.request));
  CHECK_FALSE(hold(when(headers({{"X-A", "1, 2"}})), asked.request));
  CHECK_FALSE(hold(unless(headers({{"X-A", "2"}})), asked.request));
}

TEST_CASE("a parameter is asked for by its decoded name and value") {
  auto holds = [](Named entries, std::string_view text) {
    Asked asked;
    asked.query(text);
    return hold(when(query(std::move(entries))), asked.request);
  };
  CHECK(holds({{"debug", "*"}}, "debug"));
  CHECK(holds({{"debug", "*"}}, "a=1&debug=&b=2"));
  CHECK(holds({{"debug", ""}}, "debug"));
  CHECK_FALSE(holds({{"debug", "*"}}, "Debug=1&debugs=1&x=debug"));
  CHECK_FALSE(holds({{"debug", "*"}}, ""));
  CHECK(holds({{"q", "a b"}}, "q=a+b"));
  CHECK(holds({{"q", "a b"}}, "%71=a%20%62"));
  CHECK_FALSE(holds({{"q", "a+b"}}, "q=a+b"));
  CHECK(holds({{"q", "100%"}}, "q=100%"));
  CHECK(holds({{"id", "~ ^[0-9]+$"}}, "id=x&id=%31%37"));
  CHECK_FALSE(holds({{"id", "~ ^[0-9]+$"}}, "id=x&id=1x"));
  CHECK(holds({{"a", "1"}, {"b", "2"}}, "b=2&a=1"));
  CHECK_FALSE(holds({{"a", "1"}, {"b", "2"}}, "a=1"));
}

TEST_CASE("a cookie is asked for as it was received, wherever it stands") {
  Asked asked;
  asked.field("Cookie", "beta=1; session=\"x y\"").field("Cookie", "late=%31");
  auto holds = [&](Named entries) {
    return hold(when(cookies(std::move(entries))), asked.request);
  };
  CHECK(holds({{"beta", "1"}}));
  CHECK(holds({{"session", "*"}}));
  CHECK(holds({{"session", "\"x y\""}}));
  CHECK(holds({{"late", "%31"}}));
  CHECK_FALSE(holds({{"late", "1"}}));
  CHECK_FALSE(holds({{"Beta", "1"}}));
  CHECK_FALSE(holds({{"eta", "1"}}));
}

TEST_CASE("method, listener and client are asked for") {
  Asked asked;
  asked.request.head.method = http::Method::kHead;
  asked.request.head.method_text = "HEAD";
  asked.request.listener = 1;
  asked.request.client = "10.1.2.3";
  ConditionOptions options;
  options.methods = {"GET"};
  options.listener = 1;
  options.clients = {"192.0.2.0/24", "10.0.0.0/8"};
  CHECK(hold(when(options), asked.request));
  asked.request.client = "unix:";
  CHECK_FALSE(hold(when(options), asked.request));
  asked.request.client = "10.1.2.3";
  asked.request.listener = 0;
  CHECK_FALSE(hold(when(options), asked.request));
  asked.request.listener = 1;
  asked.request.head.method = http::Method::kPut;
  CHECK_FALSE(hold(when(options), asked.request));
}

TEST_CASE("a client over IPv6 or a unix socket is asked for as trusted_proxies are") {
  Asked asked;
  ConditionOptions options;
  options.clients = {"2001:db8::/32", "unix:"};
  for (std::string_view client : {"2001:db8::1", "unix:"}) {
    asked.request.client = client;
    CHECK(hold(when(options), asked.request));
  }
  asked.request.client = "2001:db9::1";
  CHECK_FALSE(hold(when(options), asked.request));
}

TEST_CASE("not fails when one of its conditions holds") {
  auto options = unless(headers({{"X-A", "*"}, {"X-B", "1"}}));
  CHECK(hold(options, Asked().request));
  CHECK_FALSE(hold(options, Asked().field("X-A", "").request));
  CHECK_FALSE(hold(options, Asked().field("X-B", "1").request));
  CHECK(hold(options, Asked().field("X-B", "2").request));
}

TEST_CASE("each condition counts for the order of routes, all of not as one") {
  RouteOptions options;
  CHECK(count_of(parsed(options)) == 0);
  options.when.methods = {"GET", "POST"};
  options.when.clients = {"10.0.0.0/8", "::1"};
  options.when.listener = 0;
  CHECK(count_of(parsed(options)) == 3);
  options.when.headers = {{"A", "1"}, {"B", "2"}};
  options.when.query = {{"a", "1"}};
  options.when.cookies = {{"a", "1"}, {"b", "2"}};
  CHECK(count_of(parsed(options)) == 8);
  options.unless = options.when;
  CHECK(count_of(parsed(options)) == 9);
}

TEST_CASE("conditions are told as the file has them") {
  RouteOptions options;
  options.when.listener = 0;
  options.when.methods = {"GET"};
  options.when.clients = {"10.0.0.0/8", "::1"};
  options.when.headers = {{"X-Beta", "1"}};
  options.unless.cookies = {{"opt_out", "~ ^y"}};
  options.unless.query = {{"debug", "*"}};
  std::vector<std::string> texts;
  for (const auto& condition : parsed(options)) texts.push_back(text_of(condition));
  CHECK(texts == std::vector<std::string>{"listener", "method GET, HEAD", "client 10.0.0.0/8, ::1",
                                          "headers X-Beta: 1", "not cookies opt_out: ~ ^y",
                                          "not query debug: *"});
}

TEST_CASE("a condition that cannot be is refused") {
  CHECK(header_fault("X-Beta").empty());
  CHECK(header_fault("X Beta").find("not a header name") != std::string::npos);
  CHECK(header_fault("").find("not a header name") != std::string::npos);
  CHECK(header_fault("HOST").find("'host'") != std::string::npos);
  CHECK(cookie_fault("a=b").find("not a cookie name") != std::string::npos);
  CHECK(parameter_fault("").find("name") != std::string::npos);
  CHECK(parameter_fault("a b").empty());
  ConditionOptions method;
  method.methods = {"get"};
  CHECK_FALSE(parse_conditions(when(method)).ok());
  CHECK_FALSE(parse_conditions(when(headers({{"X-A", "~ ("}}))).ok());
  CHECK_FALSE(parse_conditions(unless(cookies({{"", "1"}}))).ok());
}

}  // namespace weir::routing
