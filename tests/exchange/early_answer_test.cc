// Answers that begin before their request is whole.

#include <doctest/doctest.h>

#include "fixture.h"

namespace weir::exchange {

using http::Reason;

TEST_CASE("an answer that begins early goes on at once, and the upload beside it") {
  for (std::size_t size : memory::kReadSizes) {
    World world;
    world.network.set_read_size(size);
    auto& client = world.ask(post(10) + "01234");
    world.say(world.backend(), kChunkedHead + "1\r\na\r\n");
    auto begun = world.front.answer(client);
    CHECK(begun.body == "a");
    CHECK(begun.field("Connection") == "close");
    world.say(client, "567");
    CHECK(world.backend().received().ends_with("01234567"));
    world.say(client, "89");
    world.say(world.backend(), "0\r\n\r\n");
    CHECK(client.take() == "0\r\n\r\n");
    // The backend has read all of the request: its connection may be used again.
    CHECK(world.idle() == 1);
    CHECK(client.ended());
    client.close();
    world.run();
    CHECK(world.front.closed(server::CloseReason::kFinished) == 1);
    CHECK(world.front.rejected() == 0);
  }
}

TEST_CASE("where the answer ends first, the upload stops and neither connection is used again") {
  for (std::size_t size : memory::kReadSizes) {
    World world;
    world.network.set_read_size(size);
    auto& client = world.ask(chunked_post() + "3\r\nabc\r\n");
    world.say(world.backend(), "HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nlogi");
    world.say(client, "3\r\ndef\r\n");
    world.say(world.backend(), "n");
    CHECK(world.backend().closed());
    CHECK(world.idle() == 0);
    auto answer = world.front.answer(client);
    CHECK(answer.status == 401);
    CHECK(answer.body == "logi");
    CHECK(answer.whole);
    CHECK(client.ended());
  }
}

TEST_CASE("a backend that answers and closes while the body still comes is heard") {
  for (bool reset : {false, true}) {
    World world;
    auto& client = world.ask(post(1'000'000) + std::string(1000, 'x'));
    world.backend().send(
        "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
    reset ? world.backend().reset() : world.backend().close();
    client.send(std::string(100'000, 'x'));
    world.run();
    auto answer = world.front.answer(client);
    CHECK(answer.status == 413);
    CHECK(answer.body == "big");
    CHECK(answer.field("Connection") == "close");
    // Our side is shut down, and what the client still sends is thrown away.
    CHECK(client.ended());
    world.say(client, std::string(500'000, 'x'));
    CHECK(!client.closed());
    CHECK(client.stream()->other()->inbox() == 0);
    world.pass(5'020);
    CHECK(client.closed());
    CHECK(!client.error().has_value());
    CHECK(world.front.closed(server::CloseReason::kFinished) == 1);
  }
}

TEST_CASE(
    "a body over its limit ends the upload: 413, and the backend never gets a whole request") {
  for (std::size_t size : memory::kReadSizes) {
    World world;
    world.network.set_read_size(size);
    auto& client = world.ask(chunked_post("/small/") + "8\r\n01234567\r\n");
    CHECK(world.backend().received().ends_with("01234567\r\n") == (size != 1));
    world.say(client, "3\r\n890\r\n0\r\n\r\n" + get("/fixed"));
    auto answer = world.front.answer(client);
    CHECK(answer.status == 413);
    CHECK(world.backend().closed());
    CHECK(world.backend().received().find("\r\n0\r\n\r\n") == std::string::npos);
    CHECK(world.front.rejected(Reason::kBodyTooLarge) == 1);
    CHECK(world.front.lines.size() == 1);
    CHECK(world.failures() == 0);
    CHECK(world.all_available());
  }
}

TEST_CASE("a body over its limit by its length costs no backend anything") {
  World world;
  auto& client = world.ask("POST /small/ HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
  CHECK(world.front.answer(client).status == 413);
  CHECK(world.connects() == 0);
  world.say(client, std::string(5'000'000, 'x'));
  CHECK(client.stream()->other()->inbox() == 0);
}

TEST_CASE("a malformed body ends the upload: 400, and the backend never gets a whole request") {
  for (std::size_t size : memory::kReadSizes) {
    World world;
    world.network.set_read_size(size);
    auto& client = world.ask(chunked_post() + "3\r\nabc\r\n");
    world.say(client, "xyz\r\n");
    CHECK(world.front.answer(client).status == 400);
    CHECK(world.backend().closed());
    CHECK(world.front.rejected(Reason::kBadBody) == 1);
    CHECK(world.failures() == 0);
  }
}

TEST_CASE("an upload that stalls is a 408, and its backend gets no blame") {
  World world(2);
  auto& client = world.ask(post(10) + "01234");
  world.pass(30'020);
  CHECK(world.front.answer(client).status == 408);
  CHECK(world.backend().closed());
  CHECK(world.connects(1) == 0);
  CHECK(world.failures() == 0);
  CHECK(world.front.timeouts() == 1);
}

}  // namespace weir::exchange
