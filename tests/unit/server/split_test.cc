// Routes whose requests are split, as a session sees them; routing::Split has how shares are
// chosen.

#include <doctest/doctest.h>

#include "stage.h"

namespace weir::server {

using http::Framing;

namespace {

// The route "/s/" is split between two branches, both played by the test.
struct SplitStage : Stage {
  explicit SplitStage(const routing::SplitOptions& options = {{{"a", 1}, {"b", 0}}, "share"})
      : split(options) {
    front.add_route({"a", {}, "= /a", {}}, script, true);
    front.add_route({"b", {}, "= /b", {}}, script, true);
    front.options.routes[0].split = &split;
    front.options.routes[0].branches = &front.options.routes[1];
  }
  // The whole answer of a backend, or one of weir's own.
  void answer(bool forwarded) {
    auto head = head_of(200, Framing::kLength, 0);
    head.forwarded = forwarded;
    respond([&](auto& to) {
      to.head(head);
      to.end(nullptr);
    });
  }
  routing::Split split;
};

// What a client says that was sent to `upstream` before.
std::string cookie_for(const std::string& upstream) {
  routing::Split split({{{upstream, 1}}, "share"});
  auto text = split.choose(http::Request(), 0).set_cookie;
  return "Cookie: " + std::string(text.substr(0, text.find(';'))) + "\r\n";
}

std::string get(const std::string& fields = "") {
  return "GET /s/ HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

}  // namespace

TEST_CASE(
    "a split request is its branch's in every count and line, and a new client gets a cookie") {
  SplitStage stage;
  auto& client = stage.front.ask(get());
  stage.answer(true);
  auto answer = stage.front.answer(client);
  CHECK(answer.status == 200);
  CHECK(answer.field("Set-Cookie").starts_with("share="));
  CHECK(stage.front.lines.at(0).route == "a");
  CHECK(stage.front.codes(1, 200) == 1);
  CHECK(stage.front.codes(0, 200) == 0);
}

TEST_CASE("a client that comes with its cookie stays, and is told nothing again") {
  SplitStage stage;
  auto& client = stage.front.ask(get(cookie_for("b")));
  stage.answer(true);
  CHECK(stage.front.answer(client).field("Set-Cookie") == "(none)");
  CHECK(stage.front.lines.at(0).route == "b");
  CHECK(stage.front.codes(2, 200) == 1);
}

TEST_CASE("an answer of weir's own makes nobody stay") {
  SplitStage stage;
  auto& client = stage.front.ask(get());
  stage.respond([](auto& to) { to.fail({502, http::Reason::kUpstreamConnect, 0, {}}); });
  CHECK(stage.front.answer(client).field("Set-Cookie") == "(none)");
  stage.front.say(client, get());
  stage.answer(false);
  CHECK(stage.front.answer(client).field("Set-Cookie") == "(none)");
}

TEST_CASE("the cookie of one request is not said in the answer to the next") {
  SplitStage stage;
  stage.front.add_route({"fixed", {}, "= /fixed", {}}, stage.script);
  auto& client = stage.front.ask(get());
  stage.answer(true);
  stage.front.heard(client);
  stage.front.say(client, "GET /fixed HTTP/1.1\r\nHost: a\r\n\r\n");
  stage.answer(true);
  CHECK(stage.front.answer(client).field("Set-Cookie") == "(none)");
}

TEST_CASE("without a cookie's name each request is chosen by itself, and none is set") {
  SplitStage stage({{{"a", 1}, {"b", 1}}, ""});
  stage.script.at_begin = [](http::Request&, http::Responder& to) {
    auto head = head_of(200, Framing::kLength, 0);
    head.forwarded = true;
    to.head(head);
    to.end(nullptr);
  };
  auto& client = stage.front.connect();
  constexpr int kRequests = 200;
  for (int i = 0; i < kRequests; ++i) {
    stage.front.say(client, get());
    CHECK(stage.front.answer(client).field("Set-Cookie") == "(none)");
  }
  // That one of two even shares gets none of so many, is never seen.
  CHECK(stage.front.codes(1, 200) > 0);
  CHECK(stage.front.codes(2, 200) > 0);
  CHECK(stage.front.codes(1, 200) + stage.front.codes(2, 200) == kRequests);
}

TEST_CASE("a tunnel's 101 has the cookie too") {
  SplitStage stage;
  auto& client = stage.front.ask(
      get("Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
  stage.respond([](auto& to) { to.upgrade(head_of(101, Framing::kUntilClose)); });
  CHECK(client.take().find("\r\nSet-Cookie: share=") != std::string::npos);
}

}  // namespace weir::server
