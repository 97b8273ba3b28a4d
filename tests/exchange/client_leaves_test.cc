// The client gone, in each state of an exchange.

#include <doctest/doctest.h>

#include "fixture.h"

namespace weir::exchange {

using http::Reason;
using memory::Plan;
using server::HalfClose;

namespace {

enum When { kConnecting, kUploading, kAwaiting, kBackingOff, kAnswering, kCongested, kCount };

// Brings an exchange to this state.
memory::MemoryPeer& bring_to(World& world, int when) {
  if (when == kConnecting) world.connector.plan(World::port(0), Plan::kHang);
  if (when == kBackingOff) {
    for (int i = 0; i < 3; ++i)
      world.connector.plan(World::port(static_cast<std::size_t>(i)), Plan::kRefuse);
  }
  world.front.options.limits.buffer_per_stream = 1'000;
  if (when == kCongested) world.front.window = 100;
  auto& client = world.connect();
  if (when == kCongested) client.stream()->pause();
  world.say(client, post(10) + (when == kUploading ? "01234" : "0123456789"));
  if (when >= kAnswering) {
    world.say(world.backend(), kChunkedHead + "7d0\r\n" + std::string(2'000, 'x') + "\r\n");
  }
  return client;
}

void check_left(World& world, bool begun) {
  CHECK(world.leases() == 0);
  CHECK(world.idle() == 0);
  CHECK(world.connector.open() == 0);
  REQUIRE(world.front.lines.size() == 1);
  const auto& line = world.front.lines[0];
  CHECK(line.record.status == (begun ? 200 : 499));
  CHECK(line.record.reason == Reason::kClientClosed);
  CHECK(world.front.rejected(Reason::kClientClosed) == 1);
  CHECK(world.front.rejected() == 1);
  CHECK(world.front.closed(server::CloseReason::kClient) == 1);
  CHECK(world.front.timeouts() == 0);
  CHECK(world.all_available());
  CHECK(world.failures(upstream::FailureKind::kReset) == 0);
  CHECK(world.failures(upstream::FailureKind::kCut) == 0);
  CHECK(world.front.codes(0, begun ? 200 : 499) == 1);
  // Nothing comes later.
  world.pass(300'000);
  CHECK(world.front.lines.size() == 1);
}

}  // namespace

TEST_CASE("an RST abandons the exchange at once") {
  for (int when = kConnecting; when < kCount; ++when) {
    CAPTURE(when);
    World world(when == kBackingOff ? 3 : 1);
    auto& client = bring_to(world, when);
    client.reset();
    world.run();
    check_left(world, when >= kAnswering);
  }
}

TEST_CASE("half_close: abort takes a FIN for a departure") {
  for (int when = kConnecting; when < kCount; ++when) {
    CAPTURE(when);
    World world(when == kBackingOff ? 3 : 1);
    world.front.options.half_close = HalfClose::kAbort;
    auto& client = bring_to(world, when);
    client.shut_down();
    world.run();
    CHECK(client.closed());
    check_left(world, when >= kAnswering);
  }
}

TEST_CASE("a FIN inside a request abandons it") {
  World world;
  auto& client = bring_to(world, kUploading);
  client.shut_down();
  world.run();
  CHECK(client.closed());
  CHECK(client.received().empty());
  check_left(world, false);
}

TEST_CASE("half_close: finish goes on behind a FIN until the answer is whole") {
  for (int when : {kConnecting, kAwaiting, kAnswering, kCongested}) {
    CAPTURE(when);
    World world;
    auto& client = bring_to(world, when);
    client.shut_down();
    world.run();
    CHECK(!client.closed());
    CHECK(world.leases() == 1);
    client.stream()->resume();
    world.run();
    world.connector.settle(World::port(0), Plan::kAccept);
    world.run();
    world.say(world.backend(), when >= kAnswering ? "0\r\n\r\n" : ok("ok"));
    CHECK(client.closed());
    CHECK(!client.error().has_value());
    auto answer = world.front.answer(client);
    CHECK(answer.whole);
    CHECK(answer.body.size() == (when >= kAnswering ? 2'000 : 2));
    CHECK(world.idle() == 1);
    CHECK(world.front.rejected() == 0);
  }
}

TEST_CASE("behind a FIN a failed write abandons the exchange") {
  for (int when : {kAwaiting, kAnswering}) {
    CAPTURE(when);
    World world;
    auto& client = bring_to(world, when);
    client.shut_down();
    world.run();
    client.close();
    world.run();
    CHECK(world.leases() == 1);
    if (when == kAwaiting) world.say(world.backend(), kChunkedHead);
    // The first write is answered by RST, the second finds it.
    for (int i = 0; i < 2 && world.leases() == 1; ++i) world.say(world.backend(), "1\r\nx\r\n");
    check_left(world, true);
  }
}

TEST_CASE("behind a FIN the deadlines end what nothing else ends") {
  World world;
  auto& client = bring_to(world, kAwaiting);
  client.shut_down();
  client.close();
  world.run();
  CHECK(world.leases() == 1);
  world.pass(60'020);
  CHECK(world.leases() == 0);
  CHECK(world.front.lines.at(0).record.status == 504);
}

TEST_CASE("a client that leaves between two requests is no failure of anything") {
  for (bool reset : {false, true}) {
    World world;
    auto& client = world.ask(get());
    world.say(world.backend(), ok("ok"));
    reset ? client.reset() : client.close();
    world.run();
    CHECK(world.front.listener.open.get() == 0);
    CHECK(world.front.lines.size() == 1);
    CHECK(world.front.rejected() == 0);
    CHECK(world.idle() == 1);
  }
}

TEST_CASE("a client that leaves while its upload is paused is found out by the deadlines") {
  World world;
  world.connector.set_window(1'000, 2'000);
  auto& client = world.ask(post(200'000));
  world.backend().stream()->pause();
  world.say(client, std::string(100'000, 'x'));
  CHECK(!client.stream()->other()->reading());
  client.reset();
  world.run();
  CHECK(world.leases() == 1);
  world.pass(60'020);
  CHECK(world.leases() == 0);
  CHECK(world.front.lines.size() == 1);
}

}  // namespace weir::exchange
