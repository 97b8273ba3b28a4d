#include "server/h1_session.h"

#include <doctest/doctest.h>

#include "stage.h"

namespace weir::server {

using http::Phase;
using http::Reason;

namespace {

std::string repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

const std::string kPost = "POST /s/ HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";

}  // namespace

TEST_CASE("one request after the other on one connection, whole and byte by byte") {
  for (std::size_t size : memory::kReadSizes) {
    Stage stage;
    stage.network.set_read_size(size);
    stage.answer_when_whole("hi");
    auto& client = stage.front.ask(kGet);
    for (int i = 0; i < 3; ++i) {
      auto answer = stage.front.answer(client);
      CHECK(answer.status == 200);
      CHECK(answer.body == "hi");
      CHECK(answer.field("Connection") == "(none)");
      stage.front.say(client, i == 1 ? kPost + "0123456789" : kGet);
    }
    CHECK(!client.closed());
    CHECK(stage.script.body() == "0123456789");
    CHECK(stage.script.alive() == 0);
    CHECK(stage.front.listener.open.get() == 1);
    CHECK(stage.front.listener.active.get() == 0);
  }
}

TEST_CASE("pipelined requests are answered in their order, also where the answers come late") {
  for (std::size_t size : memory::kReadSizes) {
    Stage stage;
    stage.network.set_read_size(size);
    auto& client = stage.front.ask(repeat(kGet, 3));
    for (int i = 0; i < 3; ++i) {
      REQUIRE(stage.script.begun() == i + 1);
      CHECK(client.received().empty());
      stage.respond([&](auto& to) {
        memory::answer_text(stage.script.request(), to, std::string(1, static_cast<char>('a' + i)));
      });
      CHECK(stage.front.answer(client).body == std::string(1, static_cast<char>('a' + i)));
    }
    CHECK(stage.front.codes(0, 200) == 3);
  }
}

TEST_CASE("requests that come behind a body that is still pending wait for their turn") {
  Stage stage;
  stage.answer_when_whole("x");
  auto& client = stage.front.ask(kPost + "01234");
  stage.front.say(client, "56789" + kGet + kPost + "ab");
  CHECK(stage.front.heard(client).size() == 2);
  stage.front.say(client, "cdefghij");
  CHECK(stage.front.heard(client).size() == 1);
  CHECK(stage.script.body() == "0123456789abcdefghij");
}

TEST_CASE("a thousand pipelined requests are answered at one go") {
  for (std::size_t size : memory::kReadSizes) {
    Stage stage;
    stage.network.set_read_size(size);
    stage.answer_at_once("ok");
    auto& client = stage.front.ask(repeat(kGet, 1000));
    CHECK(stage.front.heard(client).size() == 1000);
    CHECK(stage.front.codes(0, 200) == 1000);
    CHECK(stage.script.alive() == 0);
    CHECK(!client.closed());
  }
}

TEST_CASE("early bytes are bounded: reading pauses until they are used") {
  Stage stage;
  stage.front.options.limits.requests_per_connection = 0;
  stage.front.options.limits.pipeline = 100'000;
  auto& client = stage.front.connect();
  memory::MemoryStream* near = client.stream()->other();
  std::string many = repeat(kGet, 20'000);
  stage.front.say(client, many);
  CHECK(!near->reading());
  CHECK(near->inbox() > many.size() - 3 * EarlyBytes::kMost);
  CHECK(near->pauses() == 1);
  stage.answer_at_once("ok");
  stage.respond([&](auto& to) { memory::answer_text(stage.script.request(), to, "first"); });
  CHECK(near->inbox() == 0);
  CHECK(near->reading());
  CHECK(stage.front.heard(client).size() == 20'000);
}

TEST_CASE("early bytes count among buffers; where those are full one read of them is kept") {
  Stage stage;
  stage.network.set_read_size(1000);
  stage.front.options.limits.pipeline = 1'000;
  net::Buffers& buffers = stage.time.turns().buffers();
  auto& client = stage.front.ask(kGet + repeat(kGet, 100));
  memory::MemoryStream* near = client.stream()->other();
  CHECK(near->reading());
  CHECK(buffers.held() >= 100 * kGet.size());
  buffers.set_most(1);
  stage.front.say(client, repeat(kGet, 500));
  CHECK(!near->reading());
  CHECK(near->inbox() >= 500 * kGet.size() - 1000);
  stage.answer_at_once("ok");
  stage.respond([&](auto& to) { memory::answer_text(stage.script.request(), to, "first"); });
  CHECK(stage.front.heard(client).size() == 601);
  CHECK(near->reading());
  CHECK(buffers.held() == 0);
}

TEST_CASE("a client that asks and does not read has answers queued up to the mark, and is paused") {
  Stage stage;
  stage.front.options.limits.buffer_per_stream = 100'000;
  stage.front.window = 1000;
  stage.answer_at_once(std::string(10'000, 'x'));
  auto& client = stage.front.connect();
  client.stream()->pause();
  memory::MemoryStream* near = client.stream()->other();
  stage.front.say(client, repeat(kGet, 500));
  CHECK(near->queued() < 120'000);
  CHECK(!near->reading());
  CHECK(stage.script.begun() < 13);
  client.stream()->resume();
  stage.network.run();
  CHECK(stage.front.heard(client).size() == 500);
  CHECK(near->reading());
  // The same for one that waits for nothing but asks in small steps.
  client.stream()->pause();
  for (int i = 0; i < 50; ++i) stage.front.say(client, kGet);
  CHECK(near->queued() < 120'000);
  client.stream()->resume();
  stage.network.run();
  CHECK(stage.front.heard(client).size() == 50);
}

TEST_CASE("the whole head has client_header from accept, and no more for coming in pieces") {
  Stage stage;
  auto& client = stage.front.connect();
  stage.pass(6'000);
  stage.front.say(client, "GET /s/ HT");
  stage.pass(3'000);
  stage.front.say(client, "TP/1.1\r\n");
  CHECK(client.received().empty());
  stage.pass(1'010);
  auto answer = stage.front.answer(client);
  CHECK(answer.status == 408);
  CHECK(answer.field("Connection") == "close");
  CHECK(stage.front.timeouts(Phase::kClientHeader) == 1);
  CHECK(stage.front.rejected(Reason::kClientHeadTimeout) == 1);
  CHECK(stage.front.codes(99, 408) == 1);
  // The client sees the end of our side, and may take its time to close.
  CHECK(client.ended());
  CHECK(!client.closed());
  stage.pass(5'010);
  CHECK(client.closed());
  CHECK(stage.front.closed(CloseReason::kTimeout) == 1);
  CHECK(stage.front.timeouts(Phase::kLinger) == 1);
  CHECK(stage.front.timeouts() == 2);
}

TEST_CASE("a client that never says anything is closed without a word") {
  for (const char* sent : {"", "\r\n"}) {
    Stage stage;
    auto& client = stage.front.ask(sent);
    stage.pass(9'990);
    CHECK(!client.closed());
    stage.pass(20);
    CHECK(client.closed());
    CHECK(client.received().empty());
    CHECK(stage.front.lines.empty());
    CHECK(stage.front.timeouts(Phase::kClientHeader) == 1);
    CHECK(stage.front.closed(CloseReason::kTimeout) == 1);
  }
}

TEST_CASE("a later head has client_header from its first byte") {
  Stage stage;
  stage.answer_at_once("ok");
  auto& client = stage.front.ask(kGet);
  stage.front.answer(client);
  stage.pass(60'000);
  stage.front.say(client, "G");
  stage.pass(9'990);
  CHECK(client.received().empty());
  stage.pass(20);
  CHECK(stage.front.answer(client).status == 408);
  CHECK(stage.front.timeouts(Phase::kClientHeader) == 1);
}

TEST_CASE("an idle connection is closed at client_idle, an empty line or not") {
  for (const char* sent : {"", "\r\n", "\r"}) {
    Stage stage;
    stage.front.options.timeouts.client_header = base::Duration(75'000);
    stage.answer_at_once("ok");
    auto& client = stage.front.ask(kGet);
    stage.front.answer(client);
    stage.front.say(client, sent);
    stage.pass(74'990);
    CHECK(!client.closed());
    // Two deadlines, one after the other, each at most a tick late.
    stage.pass(30);
    CHECK(client.closed());
    CHECK(client.received().empty());
    CHECK(stage.front.lines.size() == 1);
    CHECK(stage.front.timeouts(Phase::kClientIdle) == 1);
    CHECK(stage.front.timeouts() == 1);
    CHECK(stage.front.closed(CloseReason::kIdle) == 1);
  }
}

TEST_CASE("an empty line and a departure are no request") {
  for (bool reset : {false, true}) {
    Stage stage;
    auto& client = stage.front.ask("\r\n");
    reset ? client.reset() : client.shut_down();
    stage.network.run();
    CHECK(client.closed());
    CHECK(stage.front.lines.empty());
    CHECK(stage.front.rejected() == 0);
    CHECK(stage.front.closed(CloseReason::kClient) == 1);
  }
}

TEST_CASE("client_body watches between two advances of the body") {
  Stage stage;
  auto& client = stage.front.ask(kPost);
  for (int i = 0; i < 5; ++i) {
    stage.pass(29'000);
    stage.front.say(client, "x");
  }
  CHECK(client.received().empty());
  stage.pass(30'010);
  CHECK(stage.front.answer(client).status == 408);
  CHECK(stage.front.timeouts(Phase::kClientBody) == 1);
  CHECK(stage.front.rejected(Reason::kClientBodyTimeout) == 1);
  CHECK(stage.front.codes(0, 408) == 1);
  CHECK(stage.script.alive() == 0);
  client.close();
  stage.network.run();
  CHECK(stage.front.closed(CloseReason::kTimeout) == 1);
}

TEST_CASE("no client is late while it is weir that does not take its body") {
  Stage stage;
  stage.script.flow = http::Flow::kPause;
  auto& client = stage.front.ask(kPost + "01234");
  CHECK(!client.stream()->other()->reading());
  stage.pass(300'000);
  CHECK(client.received().empty());
  stage.time.in_turn([&] { stage.script.request().body->resume_body(); });
  CHECK(client.stream()->other()->reading());
  stage.pass(30'010);
  CHECK(stage.front.answer(client).status == 408);
}

TEST_CASE("an answer under way is cut when its client takes nothing for client_write") {
  Stage stage;
  stage.front.window = 1000;
  auto& client = stage.front.ask(kGet);
  client.stream()->pause();
  stage.respond([&](auto& to) {
    to.head(head_of(200, http::Framing::kLength, 100'000));
    to.body(stage.bytes(std::string(50'000, 'x')));
  });
  stage.pass(29'990);
  CHECK(!client.closed());
  stage.pass(7'600);
  CHECK(client.closed());
  CHECK(stage.script.alive() == 0);
  CHECK(stage.front.timeouts(Phase::kClientWrite) == 1);
  CHECK(stage.front.timeouts() == 1);
  CHECK(stage.front.closed(CloseReason::kTimeout) == 1);
  REQUIRE(stage.front.lines.size() == 1);
  CHECK(stage.front.lines[0].record.status == 200);
  CHECK(stage.front.lines[0].record.timed_out == Phase::kClientWrite);
}

TEST_CASE("a client that takes little by little is not late") {
  Stage stage;
  stage.front.window = 1000;
  auto& client = stage.front.ask(kGet);
  client.stream()->pause();
  stage.respond([&](auto& to) {
    to.head(head_of(200, http::Framing::kLength, 20'000));
    to.body(stage.bytes(std::string(10'000, 'x')));
  });
  for (int i = 0; i < 5; ++i) {
    stage.pass(29'000);
    client.stream()->resume();
    stage.network.run_once();
    stage.network.run_once();
    client.stream()->pause();
    CHECK(!client.closed());
  }
  client.stream()->resume();
  stage.respond([&](auto& to) {
    to.body(stage.bytes(std::string(10'000, 'y')));
    to.end(nullptr);
  });
  CHECK(stage.front.answer(client).body.size() == 20'000);
}

TEST_CASE("what is left of a whole answer has client_write, not client_idle") {
  Stage stage;
  stage.front.window = 1000;
  stage.front.options.timeouts.client_idle = base::Duration(20'000);
  stage.answer_at_once(std::string(50'000, 'x'));
  auto& client = stage.front.connect();
  client.stream()->pause();
  SUBCASE("a client that takes nothing is closed") {
    stage.front.say(client, kGet);
    stage.pass(29'990);
    CHECK(!client.closed());
    stage.pass(20);
    CHECK(client.closed());
    CHECK(stage.front.timeouts(Phase::kClientWrite) == 1);
    CHECK(stage.front.closed(CloseReason::kTimeout) == 1);
  }
  SUBCASE("a slow one is not idle") {
    stage.front.say(client, kGet);
    for (int i = 0; i < 49; ++i) {
      stage.pass(15'000);
      REQUIRE(!client.closed());
      client.stream()->resume();
      stage.network.run_once();
      client.stream()->pause();
    }
    client.stream()->resume();
    stage.network.run();
    CHECK(stage.front.answer(client).body.size() == 50'000);
    stage.pass(19'990);
    CHECK(!client.closed());
    // Two deadlines, as above.
    stage.pass(30);
    CHECK(client.closed());
    CHECK(stage.front.closed(CloseReason::kIdle) == 1);
  }
  SUBCASE("also behind a last answer") {
    stage.front.say(client, "GET /s/ HTTP/1.0\r\n\r\n");
    stage.pass(29'990);
    CHECK(!client.closed());
    stage.pass(20);
    CHECK(client.closed());
    CHECK(stage.front.timeouts(Phase::kClientWrite) == 1);
  }
}

TEST_CASE("lingering: input is thrown away, 5 seconds after the last byte and 30 in all it ends") {
  Stage stage;
  auto& client =
      stage.front.ask("POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  CHECK(stage.front.answer(client).status == 404);
  CHECK(client.ended());
  for (int i = 0; i < 6; ++i) {
    stage.pass(4'900);
    REQUIRE(!client.closed());
    stage.front.say(client, std::string(1000, 'x'));
    CHECK(client.stream()->other()->inbox() == 0);
  }
  stage.pass(610);
  CHECK(client.closed());
  CHECK(!client.error().has_value());
  CHECK(stage.front.timeouts(Phase::kLinger) == 1);
  CHECK(stage.front.closed(CloseReason::kFinished) == 1);
}

TEST_CASE("lingering ends when the client closes") {
  for (bool reset : {false, true}) {
    Stage stage;
    auto& client =
        stage.front.ask("POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
    CHECK(stage.front.answer(client).status == 404);
    reset ? client.reset() : client.shut_down();
    stage.network.run();
    CHECK(client.closed());
    CHECK(stage.front.timeouts() == 0);
    CHECK(stage.front.closed(CloseReason::kFinished) == 1);
  }
}

TEST_CASE("a client whose FIN came while its last answer was leaving is not lingered for") {
  Stage stage;
  stage.front.window = 1000;
  auto& client = stage.front.connect();
  client.stream()->pause();
  stage.front.say(client, "POST /s/ HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
  stage.respond(
      [&](auto& to) { memory::answer_text(stage.script.request(), to, std::string(5'000, 'x')); });
  client.shut_down();
  stage.network.run();
  CHECK(!client.closed());
  client.stream()->resume();
  stage.network.run();
  CHECK(client.closed());
  CHECK(stage.front.answer(client).body.size() == 5'000);
  CHECK(stage.front.timeouts() == 0);
}

TEST_CASE("a client that sends before it reads is read from while its last answer leaves") {
  Stage stage;
  stage.front.window = 1000;
  stage.script.flow = http::Flow::kPause;
  auto& client = stage.front.connect();
  client.stream()->pause();
  stage.front.say(client, "POST /s/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nx");
  stage.respond(
      [&](auto& to) { memory::answer_text(stage.script.request(), to, std::string(5'000, 'x')); });
  stage.front.say(client, std::string(99'999, 'y'));
  CHECK(client.stream()->other()->inbox() == 0);
  client.stream()->resume();
  stage.network.run();
  CHECK(stage.front.answer(client).body.size() == 5'000);
}

TEST_CASE("limits.requests_per_connection: the last answer says so") {
  Stage stage;
  stage.front.options.limits.requests_per_connection = 3;
  stage.answer_at_once("ok");
  auto& client = stage.front.ask(repeat(kGet, 4));
  auto answers = stage.front.heard(client);
  REQUIRE(answers.size() == 3);
  CHECK(answers[1].field("Connection") == "(none)");
  CHECK(answers[2].field("Connection") == "close");
  CHECK(stage.front.hits(Limit::kRequestsPerConnection) == 1);
  client.shut_down();
  stage.network.run();
  CHECK(stage.front.closed(CloseReason::kFinished) == 1);
}

}  // namespace weir::server
