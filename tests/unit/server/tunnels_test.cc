// The session's side of an upgrade; tests/exchange has the whole of it.

#include <doctest/doctest.h>

#include "stage.h"

namespace weir::server {

using http::Framing;
using http::Reason;

namespace {

const std::vector<std::string> kAllowed = {"websocket", "chat"};

// A service whose route allows upgrades and is played by the test.
struct Upgrading : Stage {
  Upgrading() { front.options.routes[0].upgrade = kAllowed; }
  // The handler's 101.
  void answer_101() {
    respond([](auto& to) { to.upgrade(head_of(101, Framing::kUntilClose)); });
  }
};

std::string ask(const std::string& protocol, const std::string& more = "") {
  return "GET /s/ HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: " + protocol + "\r\n" +
         more + "\r\n";
}

}  // namespace

TEST_CASE("a handler is told the protocol as the route writes it, or none") {
  Upgrading stage;
  auto& client = stage.front.ask(ask("CHAT"));
  CHECK(stage.script.request().upgrade == "chat");
  client.close();
  stage.network.run();
  stage.front.ask(ask("h2c"));
  CHECK(stage.script.request().upgrade.empty());
  stage.front.ask("GET /s/ HTTP/1.1\r\nHost: a\r\nUpgrade: chat\r\n\r\n");
  CHECK(stage.script.request().upgrade.empty());
}

TEST_CASE("a wrong handshake is answered before the handler is asked") {
  Upgrading stage;
  auto& client = stage.front.ask(ask("websocket", "Sec-WebSocket-Version: 13\r\n"));
  CHECK(stage.front.answer(client).status == 400);
  CHECK(stage.script.alive() == 0);
  CHECK(stage.front.rejected(Reason::kBadUpgrade) == 1);
  CHECK_FALSE(client.closed());
}

TEST_CASE("an upgrade is said once, and carries neither framing nor date nor server") {
  Upgrading stage;
  auto& client = stage.front.ask(ask("chat"));
  stage.answer_101();
  stage.answer_101();
  CHECK(client.take() == "HTTP/1.1 101 Switching Protocols\r\nX-Request-ID: " +
                             std::string(stage.script.request().id) +
                             "\r\nUpgrade: chat\r\nConnection: upgrade\r\n\r\n");
  stage.respond([&](auto& to) { to.body(stage.bytes("raw")); });
  CHECK(client.take() == "raw");
  CHECK(stage.front.routes[0].tunnels.get() == 1);
  client.reset();
  stage.network.run();
  CHECK(stage.front.routes[0].tunnels.get() == 0);
}

TEST_CASE("a handler that fails behind its 101 cuts by RST, one that ends closes in order") {
  for (bool fails : {true, false}) {
    Upgrading stage;
    auto& client = stage.front.ask(ask("chat"));
    stage.answer_101();
    stage.respond([fails](auto& to) {
      if (fails) return to.fail({502, Reason::kUpstreamCut, 0, {}});
      to.end(nullptr);
    });
    CHECK((client.error() == net::StreamError::kReset) == fails);
    // An end is a FIN; what the client still sends is read for a while.
    CHECK(client.ended() != fails);
    CHECK(client.closed() == fails);
    stage.time.advance(base::Duration(5'020));
    stage.network.run();
    CHECK(client.closed());
    REQUIRE(stage.front.lines.size() == 1);
    CHECK(stage.front.lines[0].record.status == 101);
    CHECK(stage.front.lines[0].record.reason == (fails ? Reason::kUpstreamCut : Reason::kNone));
  }
}

TEST_CASE("a half-close by the handler lets the client go on") {
  Upgrading stage;
  auto& client = stage.front.ask(ask("chat"));
  stage.answer_101();
  stage.respond([](auto& to) { to.shut_down(); });
  CHECK(client.ended());
  CHECK_FALSE(client.closed());
  CHECK(stage.front.lines.empty());
}

TEST_CASE("a response that is cut where a FIN would look like its end is reset, also by a drain") {
  Stage stage;
  auto& client = stage.front.ask("GET /s/ HTTP/1.0\r\n\r\n");
  stage.respond([&](auto& to) {
    to.head(head_of(200, Framing::kUntilClose));
    to.body(stage.bytes("half"));
  });
  stage.time.in_turn([&] { stage.front.service().close_all(); });
  stage.network.run();
  CHECK(client.error() == net::StreamError::kReset);
}

}  // namespace weir::server
