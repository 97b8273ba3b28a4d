#include "server/service.h"

#include <doctest/doctest.h>

#include "stage.h"

namespace weir::server {

using http::Reason;

TEST_CASE("a drain without a session is told at the turn's end, once") {
  Stage stage;
  auto& client = stage.front.connect();
  client.close();
  stage.network.run();
  stage.time.in_turn([&] {
    stage.front.service().drain(stage.front);
    CHECK(stage.front.drained == 0);
  });
  CHECK(stage.front.drained == 1);
}

TEST_CASE("a drain closes idle connections at once, and tells of the last one, once") {
  Stage stage;
  stage.answer_at_once("ok");
  std::vector<memory::MemoryPeer*> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(&stage.front.ask(kGet));
  stage.front.drain();
  for (auto* client : clients) CHECK(client->closed());
  CHECK(stage.front.drained == 1);
  CHECK(stage.front.closed(CloseReason::kDrain) == 3);
  stage.front.close();
  CHECK(stage.front.drained == 1);
}

TEST_CASE("a drain lets answers under way end, and makes them the last") {
  Stage stage;
  auto& client = stage.front.ask(kGet);
  stage.front.drain();
  CHECK(stage.front.drained == 0);
  CHECK(!client.closed());
  SUBCASE("where the head is still to come it says so") {
    stage.respond([&](auto& to) { memory::answer_text(stage.script.request(), to, "ok"); });
    CHECK(stage.front.answer(client).field("Connection") == "close");
  }
  SUBCASE("where the request is still to come") {
    stage.front.say(client, "GET /s/ HTTP/1.1\r\n");
    stage.respond([&](auto& to) { memory::answer_text(stage.script.request(), to, "ok"); });
    CHECK(stage.front.answer(client).status == 200);
    client.close();
    stage.network.run();
  }
  SUBCASE("a client that leaves ends it too") {
    client.reset();
    stage.network.run();
  }
  CHECK(client.closed());
  CHECK(stage.front.drained == 1);
}

TEST_CASE("a drain behind the head of an answer closes when that answer has ended") {
  Stage stage;
  auto& client = stage.front.ask(kGet);
  stage.respond([](auto& to) { to.head(head_of(200, http::Framing::kLength, 2)); });
  stage.front.drain();
  stage.respond([](auto& to) {
    to.body("ok");
    to.end(nullptr);
  });
  CHECK(stage.front.answer(client).body == "ok");
  CHECK(client.closed());
  CHECK(stage.front.closed(CloseReason::kDrain) == 1);
  CHECK(stage.front.drained == 1);
}

TEST_CASE("a drain lets what is left of an answer go out first") {
  Stage stage;
  stage.front.window = 100;
  stage.answer_at_once(std::string(1000, 'x'));
  auto& client = stage.front.connect();
  client.stream()->pause();
  stage.front.say(client, kGet);
  stage.front.drain();
  CHECK(!client.closed());
  client.stream()->resume();
  stage.network.run();
  CHECK(stage.front.answer(client).body.size() == 1000);
  CHECK(client.closed());
  CHECK(stage.front.drained == 1);
}

TEST_CASE("a new connection gets a moment to bring its first request, also while draining") {
  Stage stage;
  stage.answer_at_once("ok");
  auto& asks = stage.front.connect();
  auto& silent = stage.front.connect();
  auto& blank = stage.front.ask("\r\n");
  stage.front.drain();
  CHECK(!asks.closed());
  CHECK(blank.closed());
  auto& late = stage.front.connect();
  stage.pass(900);
  stage.front.say(asks, kGet);
  CHECK(stage.front.answer(asks).field("Connection") == "close");
  CHECK(!silent.closed());
  stage.pass(120);
  CHECK(silent.closed());
  CHECK(late.closed());
  CHECK(stage.front.drained == 1);
  CHECK(stage.front.timeouts() == 0);
  CHECK(stage.front.closed(CloseReason::kDrain) == 4);
}

TEST_CASE("an empty line behind an answer does not hold up a drain") {
  Stage stage;
  stage.answer_at_once("ok");
  auto& client = stage.front.ask(kGet + "\r\n");
  stage.front.drain();
  CHECK(client.closed());
  CHECK(stage.front.drained == 1);
  CHECK(stage.front.lines.size() == 1);
}

TEST_CASE("close_all cuts what is under way, and says why") {
  Stage stage;
  auto& waiting = stage.front.ask(kGet);
  auto& idle = stage.front.connect();
  stage.time.in_turn([&] { stage.front.service().close_all(); });
  stage.network.run();
  CHECK(waiting.closed());
  CHECK(idle.closed());
  REQUIRE(stage.front.lines.size() == 1);
  CHECK(stage.front.lines[0].record.reason == Reason::kShuttingDown);
  CHECK(stage.front.lines[0].record.status == 503);
  CHECK(stage.script.alive() == 0);
  CHECK(stage.front.drained == 0);
}

TEST_CASE("close_all from inside a handler is safe") {
  Stage stage;
  stage.script.at_begin = [&](auto&, auto&) { stage.front.service().close_all(); };
  auto& client = stage.front.connect();
  stage.front.connect();
  stage.front.say(client, kGet);
  CHECK(client.closed());
  CHECK(stage.script.alive() == 0);
  CHECK(stage.front.lines.size() == 1);
}

}  // namespace weir::server
