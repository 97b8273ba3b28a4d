// Every deadline toward the backend, as a client sees it pass.

#include <doctest/doctest.h>

#include "fixture.h"

namespace weir::exchange {

using http::Phase;
using http::Reason;
using memory::Plan;
using upstream::FailureKind;

namespace {

// One exchange was answered 504, by this deadline and no other; the client may go on.
void check_504(World& world, memory::MemoryPeer& client, Phase phase, Reason reason) {
  auto answer = world.front.answer(client);
  CHECK(answer.status == 504);
  CHECK(answer.field("Connection") == "(none)");
  CHECK(!client.closed());
  CHECK(world.front.timeouts(phase) == 1);
  CHECK(world.front.timeouts() == 1);
  CHECK(world.front.rejected(reason) == 1);
  CHECK(world.front.rejected() == 1);
  REQUIRE(world.front.lines.size() == 1);
  CHECK(world.front.lines[0].record.timed_out == phase);
  CHECK(world.front.codes(0, 504) == 1);
  CHECK(world.leases() == 0);
  CHECK(world.idle() == 0);
}

}  // namespace

TEST_CASE("connect: a backend that cannot be reached in time is a 504") {
  World world;
  world.connector.plan(World::port(0), Plan::kHang);
  auto& client = world.ask(get());
  world.pass(2'990);
  CHECK(client.received().empty());
  world.pass(20);
  check_504(world, client, Phase::kUpstreamConnect, Reason::kUpstreamConnectTimeout);
  CHECK(world.failures(FailureKind::kConnectTimeout) == 1);
}

TEST_CASE("first_byte: a backend that does not answer is a 504") {
  World world;
  world.pool_options.retry.attempts = 1;
  auto& client = world.ask(post(3) + "abc");
  world.pass(59'990);
  CHECK(client.received().empty());
  world.pass(20);
  check_504(world, client, Phase::kUpstreamFirstByte, Reason::kUpstreamTimeout);
  CHECK(world.backend().closed());
  CHECK(world.failures(FailureKind::kTimeout) == 1);
}

TEST_CASE("per_try_timeout: a backend that does not answer is a 504") {
  World world;
  world.pool_options.retry.attempts = 1;
  world.pool_options.retry.per_try_timeout = base::Duration(2'000);
  auto& client = world.ask(post(3) + "abc");
  world.pass(1'980);
  CHECK(client.received().empty());
  world.pass(40);
  check_504(world, client, Phase::kUpstreamTry, Reason::kUpstreamTimeout);
  CHECK(world.backend().closed());
  CHECK(world.failures(FailureKind::kTimeout) == 1);
}

TEST_CASE("first_byte does not run while it is the client that is slow") {
  World world;
  auto& client = world.ask(post(4));
  for (int i = 0; i < 4; ++i) {
    world.pass(25'000);
    world.say(client, "x");
  }
  CHECK(client.received().empty());
  world.say(world.backend(), ok("ok"));
  CHECK(world.front.answer(client).body == "ok");
}

TEST_CASE("write: a backend that takes no more of the request is a 504") {
  World world;
  world.connector.set_window(1'000, 2'000);
  auto& client = world.connect();
  world.say(client, post(10'000));
  world.backend().stream()->pause();
  world.say(client, std::string(10'000, 'x'));
  world.pass(59'990);
  CHECK(client.received().empty());
  world.pass(20);
  check_504(world, client, Phase::kUpstreamWrite, Reason::kUpstreamTimeout);
}

TEST_CASE("route: its timeout runs over all tries") {
  World world(2);
  world.proxy_options.timeout = base::Duration(5'000);
  world.connector.plan(World::port(0), Plan::kHang);
  auto& client = world.ask(get());
  world.pass(3'020);
  REQUIRE(world.connects(1) == 1);
  CHECK(client.received().empty());
  world.pass(2'000);
  CHECK(world.front.answer(client).status == 504);
  CHECK(world.front.lines.at(0).record.timed_out == Phase::kRoute);
  CHECK(world.front.timeouts(Phase::kRoute) == 1);
  CHECK(world.front.timeouts() == 1);
  CHECK(world.front.rejected(Reason::kRouteTimeout) == 1);
  CHECK(world.backend(1).closed());
}

TEST_CASE("read: an answer that stalls is cut, so that the client sees it") {
  struct Case {
    std::string request;
    std::string answer;
    bool reset;
  };
  const std::string old = "GET /app/ HTTP/1.0\r\n\r\n";
  const Case cases[] = {
      {get(), "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", false},
      {get(), kChunkedHead + "5\r\nhello\r\n", false},
      {get(), "HTTP/1.1 200 OK\r\n\r\nhello", false},
      {old, kChunkedHead + "5\r\nhello\r\n", true},
      {old, "HTTP/1.1 200 OK\r\n\r\nhello", true},
  };
  for (const Case& one : cases) {
    CAPTURE(one.answer);
    World world;
    auto& client = world.ask(one.request);
    world.say(world.backend(), one.answer);
    world.pass(59'990);
    CHECK(!client.closed());
    world.pass(20);
    CHECK(client.closed());
    CHECK(client.error().has_value() == one.reset);
    if (!one.reset) CHECK(!world.front.answer(client).whole);
    CHECK(world.backend().closed());
    CHECK(world.front.timeouts(Phase::kUpstreamRead) == 1);
    CHECK(world.front.timeouts() == 1);
    CHECK(world.front.rejected(Reason::kUpstreamCut) == 1);
    CHECK(world.front.rejected() == 1);
    CHECK(world.front.closed(server::CloseReason::kCut) == 1);
    CHECK(world.front.lines.at(0).record.status == 200);
    CHECK(world.failures(FailureKind::kCut) == 1);
  }
}

TEST_CASE("a reload's timeouts are not those of an exchange that is under way") {
  World world;
  auto& client = world.ask(get());
  auto changed = world.pool_options;
  changed.timeouts.first_byte = changed.timeouts.read = base::Duration(1'000);
  world.pool->configure(changed, world.time.now());
  // Each of these sets the deadline anew.
  world.say(world.backend(), "HTTP/1.1 103 Early Hints\r\n\r\n");
  world.pass(59'000);
  world.say(world.backend(), kChunkedHead + "1\r\na\r\n");
  world.pass(59'000);
  world.say(world.backend(), "1\r\nb\r\n");
  world.pass(59'000);
  world.say(world.backend(), "0\r\n\r\n");
  CHECK(client.received().ends_with("1\r\na\r\n1\r\nb\r\n0\r\n\r\n"));
  CHECK(world.front.timeouts() == 0);
}

TEST_CASE("a reload's retry options are not those of an exchange that is under way") {
  World world(2);
  auto& client = world.ask(get());
  auto changed = world.pool_options;
  changed.retry.on.reset = false;
  world.pool->configure(changed, world.time.now());
  world.backend(0).reset();
  world.run();
  world.say(world.backend(1), ok("ok"));
  CHECK(world.front.answer(client).body == "ok");
}

TEST_CASE("deadlines that are off do not fire, on either side") {
  World world;
  world.pool_options.timeouts = {base::Duration(0), base::Duration(0), base::Duration(0),
                                 base::Duration(0)};
  auto& timeouts = world.front.options.timeouts;
  timeouts.client_header = timeouts.client_body = timeouts.client_idle = timeouts.client_write =
      base::Duration(0);
  auto& client = world.connect();
  world.pass(1'000'000);
  world.say(client, post(2));
  world.pass(1'000'000);
  world.say(client, "ab");
  world.pass(1'000'000);
  world.say(world.backend(), kChunkedHead + "1\r\n");
  world.pass(1'000'000);
  world.say(world.backend(), "x\r\n0\r\n\r\n");
  CHECK(world.front.answer(client).body == "x");
  world.pass(1'000'000);
  CHECK(!client.closed());
  CHECK(world.front.timeouts() == 0);
}

}  // namespace weir::exchange
