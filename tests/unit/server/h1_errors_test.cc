// Errors as a session answers them.

#include <doctest/doctest.h>

#include <string>

#include "http/failure.h"
#include "server/error_pages.h"
#include "server/proxy_status.h"
#include "stage.h"

namespace weir::server {

using http::Framing;
using http::Reason;

namespace {

ErrorPage page(unsigned first, unsigned last, std::string body) {
  return {{first, last}, "text/plain", std::move(body)};
}

// A route whose errors look as the test says.
struct ErrorStage : Stage {
  ErrorStage() { front.options.routes[0].error_pages = &pages; }
  // The backend answers so, with a body if it has one.
  void answer(http::ResponseHead head, const std::string& body = "") {
    head.forwarded = true;
    respond([&](auto& to) {
      to.head(head);
      if (!body.empty()) to.body(bytes(body));
      to.end(nullptr);
    });
  }
  std::vector<ErrorPage> own{page(404, 404, "own 404"), page(500, 599, "own 5xx")};
  std::vector<ErrorPage> common{page(400, 499, "common 4xx"), page(502, 502, "common 502")};
  ErrorPages pages{own, common, {{404, 404}, {500, 503}, {401, 401}}};
};

std::string get_as(const std::string& accept) {
  return "GET /nothing HTTP/1.1\r\nHost: a\r\nAccept: " + accept + "\r\n\r\n";
}

}  // namespace

TEST_CASE("the built-in page is HTML or JSON, as the client's Accept says") {
  Stage stage;
  auto& client = stage.front.ask(get_as("text/html, */*;q=0.8"));
  auto answer = stage.front.answer(client);
  CHECK(answer.status == 404);
  CHECK(answer.field("Content-Type") == "text/html");
  CHECK(answer.field("Vary") == "Accept");
  stage.front.say(client, get_as("application/json"));
  answer = stage.front.answer(client);
  CHECK(answer.field("Content-Type") == "application/json");
  CHECK(answer.field("Vary") == "Accept");
  CHECK(answer.body == "{\"status\": 404, \"error\": \"Not Found\"}\n");
}

TEST_CASE("weir's own errors have the pages that are configured, also before a route is known") {
  ErrorStage stage;
  auto& client = stage.front.ask(kGet);
  stage.respond([](auto& to) { to.fail({503, Reason::kNoEndpoint, 10, {}}); });
  auto answer = stage.front.answer(client);
  CHECK(answer.status == 503);
  CHECK(answer.body == "own 5xx");
  CHECK(answer.field("Content-Type") == "text/plain");
  CHECK(answer.field("Retry-After") == "10");
  CHECK(answer.field("Vary") == "(none)");
  stage.front.options.no_route.error_pages = &stage.pages;
  stage.front.say(client, get_as("application/json"));
  CHECK(stage.front.answer(client).body == "own 404");
  auto& other = stage.front.ask("GET / HTTP/1.1\r\n\r\n");
  answer = stage.front.answer(other);
  CHECK(answer.status == 400);
  CHECK(answer.body == "common 4xx");
}

TEST_CASE("an answer of the backend is replaced where its status is intercepted, and no other") {
  ErrorStage stage;
  auto& client = stage.front.ask(kGet);
  auto head = head_of(401, Framing::kLength, 6);
  base::Arena arena;
  head.fields.add(arena, "www-authenticate", "Basic realm=\"a\"");
  head.fields.add(arena, "X-Secret", "1");
  head.fields.add(arena, "Content-Type", "image/png");
  stage.answer(head, "theirs");
  auto answer = stage.front.answer(client);
  CHECK(answer.status == 401);
  CHECK(answer.body == "common 4xx");
  CHECK(answer.field("WWW-Authenticate") == "Basic realm=\"a\"");
  CHECK(answer.field("X-Secret") == "(none)");
  CHECK(answer.field("Content-Type") == "text/plain");
  CHECK(answer.field("Via") == "(none)");
  stage.front.say(client, kGet);
  stage.answer(head_of(403, Framing::kLength, 6), "theirs");
  CHECK(stage.front.answer(client).body == "theirs");
  stage.front.say(client, kGet);
  stage.answer(head_of(200, Framing::kLength, 6), "theirs");
  CHECK(stage.front.answer(client).body == "theirs");
  // weir's own answers, as respond gives them, are no backend's.
  stage.front.say(client, kGet);
  stage.respond([&](auto& to) {
    to.head(head_of(404, Framing::kLength, 4));
    to.body(stage.bytes("mine"));
    to.end(nullptr);
  });
  CHECK(stage.front.answer(client).body == "mine");
  CHECK(stage.front.rejected() == 0);
  CHECK(stage.front.codes(0, 401) == 1);
}

TEST_CASE(
    "what a replaced answer had for a body is read past if it is short, and cut if it is not") {
  for (auto framing : {Framing::kLength, Framing::kChunked, Framing::kUntilClose}) {
    ErrorStage stage;
    auto& client = stage.front.ask(kGet);
    bool is_short = framing == Framing::kLength;
    auto head = head_of(404, framing, 6);
    head.forwarded = true;
    stage.respond([&](auto& to) { to.head(head); });
    CHECK(stage.script.alive() == (is_short ? 1 : 0));
    if (is_short) {
      stage.respond([&](auto& to) { to.body(stage.bytes("theirs")); });
      stage.respond([&](auto& to) { to.end(nullptr); });
    }
    auto answer = stage.front.answer(client);
    CHECK(answer.whole);
    CHECK(answer.body == "own 404");
    CHECK(!client.closed());
    stage.front.say(client, kGet);
    stage.answer(head_of(200, Framing::kLength, 2), "ok");
    CHECK(stage.front.answer(client).body == "ok");
  }
}

TEST_CASE("HEAD is told the length of the page that a GET would have brought") {
  ErrorStage stage;
  auto& client = stage.front.ask("HEAD /s/ HTTP/1.1\r\nHost: a\r\n\r\n");
  stage.answer(head_of(404, Framing::kLength, 1'000'000));
  auto answer = stage.front.answer(client, http::Method::kHead);
  CHECK(answer.field("Content-Length") == "7");
  CHECK(answer.body.empty());
  CHECK(!client.closed());
}

TEST_CASE("Proxy-Status tells why, and only whom it may") {
  for (auto whom : {ProxyStatus::kOff, ProxyStatus::kTrusted, ProxyStatus::kOn}) {
    ErrorStage stage;
    stage.front.options.proxy_status = whom;
    stage.front.options.trusted_proxies = {net::Cidr::parse("192.0.2.7/32").value()};
    for (bool trusted : {false, true}) {
      auto& client = stage.front.connect(trusted ? "192.0.2.7" : "192.0.2.1");
      bool told = whom == ProxyStatus::kOn || (trusted && whom == ProxyStatus::kTrusted);
      stage.front.say(client, kGet);
      stage.respond([](auto& to) { to.fail({504, Reason::kUpstreamConnectTimeout, 0, {}}); });
      CHECK(stage.front.answer(client).field("Proxy-Status") ==
            (told ? "weir; error=connection_timeout" : "(none)"));
      stage.front.say(client, kGet);
      stage.answer(head_of(404, Framing::kLength, 0));
      CHECK(stage.front.answer(client).field("Proxy-Status") ==
            (told ? "weir; received-status=404" : "(none)"));
      stage.front.say(client, kGet);
      stage.answer(head_of(200, Framing::kLength, 0));
      CHECK(stage.front.answer(client).field("Proxy-Status") == "(none)");
    }
  }
}

}  // namespace weir::server
