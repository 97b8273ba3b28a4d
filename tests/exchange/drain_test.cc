// A graceful stop, with backends.

#include <doctest/doctest.h>

#include "fixture.h"

namespace weir::exchange {

using memory::Plan;
using server::CloseReason;

TEST_CASE("a drain finishes what is under way, says close on last answers, and tells once") {
  for (std::size_t size : memory::kReadSizes) {
    World world;
    world.network.set_read_size(size);
    auto& idle = world.ask(get("/fixed"));
    auto& waiting = world.ask(get("/app/1"));
    auto& answering = world.ask(get("/app/2"));
    auto& uploading = world.ask(post(4) + "ab");
    world.say(world.backend(0, 1), kChunkedHead + "1\r\nx\r\n");
    world.front.drain();
    CHECK(idle.closed());
    CHECK(world.front.drained == 0);
    world.say(world.backend(0, 0), ok("1"));
    CHECK(world.front.answer(waiting).field("Connection") == "close");
    CHECK(waiting.closed());
    world.say(world.backend(0, 1), "0\r\n\r\n");
    auto answer = world.front.answer(answering);
    CHECK(answer.whole);
    CHECK(answer.field("Connection") == "(none)");
    CHECK(answering.closed());
    CHECK(world.front.drained == 0);
    world.say(uploading, "cd");
    world.say(world.backend(0, 2), ok("3"));
    CHECK(world.front.answer(uploading).field("Connection") == "close");
    CHECK(uploading.closed());
    CHECK(world.front.drained == 1);
    CHECK(world.front.rejected() == 0);
    CHECK(world.front.closed(CloseReason::kDrain) == 4);
  }
}

TEST_CASE("a drain answers one more of the pipelined requests, which says close") {
  World world;
  auto& client = world.ask(get("/app/1") + get("/fixed") + get("/fixed"));
  world.say(world.backend(), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1");
  world.front.drain();
  world.say(world.backend(), "1");
  auto answers = world.front.heard(client);
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].field("Connection") == "(none)");
  CHECK(answers[1].field("Connection") == "close");
  client.close();
  world.run();
  CHECK(world.front.drained == 1);
}

TEST_CASE("what is cut at the end of a drain frees its backends and is told as it is") {
  World world;
  world.connector.plan(World::port(0), Plan::kHang);
  auto& client = world.ask(get());
  world.front.drain();
  world.time.in_turn([&] { world.front.service().close_all(); });
  world.run();
  CHECK(client.closed());
  CHECK(world.leases() == 0);
  CHECK(world.front.drained == 1);
  CHECK(world.front.lines.at(0).record.reason == http::Reason::kShuttingDown);
  CHECK(world.failures() == 0);
}

}  // namespace weir::exchange
