#include "proxy/tunnel.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "stage.h"

namespace weir::proxy {

using upstream::FailureKind;

namespace {

const std::string kAsk =
    "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
const std::string kSwitch =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

// The client asks for a WebSocket, as a session lets it.
void ask(Client& client) {
  client.request().upgrade = "websocket";
  client.begin();
}

// A stage with one open tunnel, to the first of two backends, of which one failure is enough.
struct Open {
  explicit Open(const std::string& behind = "") {
    ask(client);
    stage.answer(stage.backend(), kSwitch + behind);
  }
  memory::MemoryPeer& backend() { return stage.backend(); }

  Stage& eager() {
    stage.options.max_fails = 1;
    return stage;
  }

  Stage stage{2};
  Client client{eager(), kAsk, false};
};

}  // namespace

TEST_CASE("bytes pass both ways as they are, also those that came right behind the 101") {
  Open open("first");
  CHECK(open.client.told() == "upgrade 101; body first");
  open.backend().take();
  open.client.send("hello ");
  open.client.send("there");
  CHECK(open.backend().received() == "hello there");
  open.stage.answer(open.backend(), " second");
  CHECK(open.client.told() == "upgrade 101; body first second");
  CHECK(open.stage.in_flight() == 1);
}

TEST_CASE("the client's FIN goes on, and the tunnel ends with the backend's") {
  Open open;
  open.client.send("bye");
  open.client.finish();
  CHECK(open.backend().received().ends_with("bye"));
  CHECK(open.backend().ended());
  CHECK_FALSE(open.client.over());
  open.stage.answer(open.backend(), "rest");
  open.backend().shut_down();
  open.stage.network.run();
  CHECK(open.client.told() == "upgrade 101; body rest; end");
  CHECK(open.backend().closed());
  CHECK_FALSE(open.backend().error().has_value());
  CHECK(open.stage.in_flight() == 0);
  CHECK(open.stage.idle() == 0);
}

TEST_CASE("the backend's FIN goes on, and the tunnel ends with the client's") {
  Open open;
  open.backend().shut_down();
  open.stage.network.run();
  CHECK(open.client.told() == "upgrade 101; shut_down");
  open.backend().take();
  open.client.send("more");
  CHECK(open.backend().received() == "more");
  open.client.finish();
  CHECK(open.client.told() == "upgrade 101; shut_down; end");
  CHECK(open.backend().ended());
}

TEST_CASE("a tunnel does not end before all that the client sent has left") {
  Stage stage;
  stage.connector.set_window(1000, 4000);
  Client client(stage, kAsk, false);
  ask(client);
  memory::MemoryPeer& backend = stage.backend();
  stage.answer(backend, kSwitch);
  backend.shut_down();
  stage.network.run();
  backend.stream()->pause();
  client.send(std::string(5000, 'x'));
  client.finish();
  CHECK_FALSE(client.over());
  backend.stream()->resume();
  stage.network.run();
  CHECK(client.told() == "upgrade 101; shut_down; end");
  CHECK(std::count(backend.received().begin(), backend.received().end(), 'x') == 5000);
  CHECK(backend.ended());
}

TEST_CASE("a backend that resets breaks the tunnel, also behind its FIN, and is not blamed") {
  for (bool fin_first : {false, true}) {
    Open open;
    if (fin_first) {
      open.backend().shut_down();
      open.stage.network.run();
    }
    open.backend().reset();
    open.stage.network.run();
    // Behind a FIN only a write can tell.
    if (fin_first) open.client.send("a");
    CHECK(open.client.told().ends_with("; fail 502 upstream_cut"));
    CHECK(open.stage.failures(FailureKind::kCut) == 1);
    CHECK_FALSE(open.stage.endpoints[0]->ejected(open.stage.time.now()));
    CHECK(open.stage.in_flight() == 0);
  }
}

TEST_CASE("a client that is gone is a reset for the backend") {
  Open open;
  open.client.leave();
  CHECK(open.backend().error() == net::StreamError::kReset);
  CHECK(open.stage.in_flight() == 0);
}

TEST_CASE("a backend that does not keep up pauses the client") {
  Stage stage;
  stage.connector.set_window(1000, 4000);
  Client client(stage, kAsk, false);
  ask(client);
  memory::MemoryPeer& backend = stage.backend();
  stage.answer(backend, kSwitch);
  backend.stream()->pause();
  std::size_t sent = 0;
  while (client.send(std::string(1000, 'x')) == http::Flow::kGo && sent < 100'000) sent += 1000;
  CHECK(sent < 10'000);
  CHECK(client.told() == "upgrade 101");
  backend.stream()->resume();
  stage.network.run();
  CHECK(client.told() == "upgrade 101; resume");
}

TEST_CASE("a client that does not keep up pauses the backend") {
  Open open;
  open.client.flow = http::Flow::kPause;
  open.stage.answer(open.backend(), "one");
  open.stage.answer(open.backend(), "two");
  CHECK(open.client.told() == "upgrade 101; body one");
  open.client.flow = http::Flow::kGo;
  open.client.writable();
  CHECK(open.client.told() == "upgrade 101; body onetwo");
}

TEST_CASE("a session may leave inside any upcall of a tunnel") {
  for (const char* at : {"upgrade", "body", "shut_down", "end", "fail"}) {
    Stage stage;
    Client client(stage, kAsk, false);
    ask(client);
    client.leave_at = at;
    stage.answer(stage.backend(), kSwitch + "x");
    if (!client.over()) {
      stage.backend().shut_down();
      stage.network.run();
    }
    if (!client.over() && std::string(at) == "end") client.finish();
    if (!client.over()) {
      stage.backend().reset();
      stage.network.run();
      client.send("a");
    }
    CHECK(client.heard().back().starts_with(at));
    CHECK(stage.in_flight() == 0);
  }
}

TEST_CASE("no deadline of the exchange reaches into the tunnel") {
  Stage stage;
  stage.proxy_options.timeout = base::Duration(1'000);
  Client client(stage, kAsk, false);
  ask(client);
  stage.answer(stage.backend(), kSwitch);
  stage.time.advance(base::Duration(600'000));
  stage.network.run();
  CHECK(client.told() == "upgrade 101");
}

TEST_CASE("a 101 with a wrong proof or protocol is malformed, and the connection goes") {
  for (const char* wrong : {"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
                            "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
                            "HTTP/1.1 101 S\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"}) {
    Stage stage;
    Client client(stage, kAsk, false);
    ask(client);
    stage.answer(stage.backend(), wrong);
    CHECK(client.told() == "fail 502 upstream_malformed");
    CHECK(stage.backend().closed());
    CHECK(stage.failures(FailureKind::kMalformed) == 1);
  }
}

TEST_CASE("a 101 that nobody asked for is malformed") {
  Stage stage;
  Client client(stage, kAsk);
  CHECK(stage.backend().received().find("Upgrade") == std::string::npos);
  stage.answer(stage.backend(), kSwitch);
  CHECK(client.told() == "fail 502 upstream_malformed");
}

TEST_CASE("a backend that refuses the upgrade answers as usual, and its connection is kept") {
  Stage stage;
  Client client(stage, kAsk, false);
  ask(client);
  CHECK(stage.backend().received().find("Upgrade: websocket\r\nConnection: upgrade\r\n\r\n") !=
        std::string::npos);
  stage.answer(stage.backend(), "HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno");
  CHECK(client.told() == "head 401; body no; end");
  CHECK(stage.idle() == 1);
}

TEST_CASE("before the 101 the request is retried as any other") {
  Stage stage(2);
  Client client(stage, kAsk, false);
  ask(client);
  stage.backend(0).reset();
  stage.network.run();
  stage.answer(stage.backend(1), kSwitch);
  CHECK(client.told() == "upgrade 101");
}

TEST_CASE("an endpoint that goes down takes its tunnels with it where on_down says so") {
  for (auto rule : {upstream::OnDown::kKeep, upstream::OnDown::kCloseTunnels}) {
    Stage stage;
    stage.options.on_down = rule;
    stage.build();
    Client first(stage, kAsk, false);
    ask(first);
    stage.answer(stage.backend(0, 0), kSwitch);
    Client second(stage, kAsk, false);
    ask(second);
    stage.answer(stage.backend(0, 1), kSwitch);
    Client plain(stage, "GET / HTTP/1.1\r\nHost: a\r\n");
    stage.time.in_turn([&] { stage.pool->on_down(*stage.endpoints[0]); });
    stage.network.run();
    bool closed = rule == upstream::OnDown::kCloseTunnels;
    std::string told = closed ? "upgrade 101; fail 502 upstream_cut" : "upgrade 101";
    CHECK(first.told() == told);
    CHECK(second.told() == told);
    CHECK(plain.told().empty());
    CHECK(stage.in_flight() == (closed ? 1 : 3));
    CHECK((stage.backend(0, 0).error() == net::StreamError::kReset) == closed);
  }
}

}  // namespace weir::proxy
