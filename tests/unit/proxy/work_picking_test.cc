// How a work gets an endpoint, or is refused one; with sessions and order it is tests/exchange.

#include <doctest/doctest.h>

#include "stage.h"

namespace weir::proxy {

namespace {

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n";
const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// One backend that takes one request at a time.
struct Full : Stage {
  explicit Full(unsigned queue_size, std::size_t backends = 1) : Stage(backends) {
    for (auto& endpoint : options.endpoints) endpoint.max_conns = 1;
    options.queue.size = queue_size;
  }
};

}  // namespace

TEST_CASE("without a queue a full pool refuses at once") {
  Full stage(0);
  Client first(stage, kGet);
  Client second(stage, kGet);
  CHECK(second.told() == "fail 503 endpoints_full");
  CHECK(stage.stats().picks_full.get() == 1);
  CHECK(stage.stats().queue_full.get() == 0);
}

TEST_CASE("with a queue it has so many wait, and refuses others") {
  Full stage(1);
  Client first(stage, kGet);
  Client second(stage, kGet);
  Client third(stage, kGet);
  CHECK(second.told() == "");
  CHECK(third.told() == "fail 503 queue_full");
  CHECK(stage.stats().picks_full.get() == 2);
  CHECK(stage.stats().queue_full.get() == 1);
  CHECK(stage.stats().queue_length.get() == 1);
  stage.answer(stage.backend(), kOk);
  CHECK(stage.stats().queue_length.get() == 0);
  stage.answer(stage.backend(), kOk);
  CHECK(second.told() == "head 200; body ok; end");
  CHECK(second.record().attempts == 1);
}

TEST_CASE("queue.timeout is the wait's only deadline, and is over with it") {
  Full stage(2);
  stage.options.queue.timeout = base::Duration(400);
  stage.options.timeouts.first_byte = base::Duration(5'000);
  Client first(stage, kGet);
  Client second(stage, kGet);
  stage.time.advance(base::Duration(200));
  Client third(stage, kGet);
  stage.time.advance(base::Duration(180));
  CHECK(second.told() == "");
  stage.answer(stage.backend(), kOk);
  stage.time.advance(base::Duration(240));
  CHECK(second.told() == "");
  CHECK(third.told() == "fail 503 queue_timeout");
  CHECK(third.record().timed_out == http::Phase::kUpstreamQueue);
  stage.answer(stage.backend(), kOk);
  CHECK(second.told() == "head 200; body ok; end");
}

TEST_CASE("whoever leaves while it waits leaves the queue, and its memory is used again") {
  Full stage(1);
  Client first(stage, kGet);
  {
    Client second(stage, kGet);
    CHECK(stage.stats().queue_length.get() == 1);
  }
  CHECK(stage.stats().queue_length.get() == 0);
  Client third(stage, kGet);
  stage.answer(stage.backend(), kOk);
  stage.answer(stage.backend(), kOk);
  CHECK(third.told() == "head 200; body ok; end");
}

TEST_CASE("a client that expects 100 is told to go on while its request waits; the body is kept") {
  Full stage(1);
  stage.options.queue.timeout = base::Duration(5'000);
  Client first(stage, kGet);
  Client second(stage,
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n");
  stage.time.advance(base::Duration(980));
  CHECK(second.told() == "");
  stage.time.advance(base::Duration(40));
  CHECK(second.told() == "interim 100");
  CHECK(second.send("abc") == http::Flow::kPause);
  second.finish();
  stage.answer(stage.backend(), kOk);
  CHECK(stage.backend().received().ends_with("abc"));
  stage.answer(stage.backend(), kOk);
  CHECK(second.told() == "interim 100; resume; head 200; body ok; end");
}

TEST_CASE("a retry waits as a request does, and takes no idle connection where one has died") {
  Full stage(2, 2);
  stage.options.endpoints[1].down = true;
  memory::MemoryPeer& old = stage.warm_up();
  Client first(stage, kGet);
  Client second(stage, kGet);
  old.reset();
  stage.network.run();
  // It went again on a fresh connection, with its place.
  REQUIRE(stage.connects() == 2);
  CHECK(stage.stats().queue_length.get() == 1);
  stage.backend(0, 1).reset();
  stage.network.run();
  CHECK(stage.stats().queue_length.get() == 1);
  stage.answer(stage.backend(0, 2), kOk);
  CHECK(second.told() == "head 200; body ok; end");
  CHECK(first.told() == "");
  REQUIRE(stage.connects() == 4);
  stage.answer(stage.backend(0, 3), kOk);
  CHECK(first.told() == "head 200; body ok; end");
}

TEST_CASE("a wait that finds nobody any more is told so") {
  Full stage(1);
  Client first(stage, kGet);
  Client second(stage, kGet);
  stage.endpoints[0]->set_health(upstream::Health::kDown);
  stage.time.in_turn([] {});
  CHECK(second.told() == "fail 503 no_endpoint");
}

}  // namespace weir::proxy
