// A try that fails, and what the client sees of it.

#include <doctest/doctest.h>

#include "fixture.h"

namespace weir::exchange {

using http::Reason;
using memory::Plan;
using upstream::FailureKind;

namespace {

// The second backend answers, and the client knows nothing of the first.
void check_saved(World& world, memory::MemoryPeer& client, FailureKind kind) {
  REQUIRE(world.connects(1) == 1);
  world.say(world.backend(1), ok("saved"));
  auto answer = world.front.answer(client);
  CHECK(answer.status == 200);
  CHECK(answer.body == "saved");
  CHECK(answer.field("Connection") == "(none)");
  CHECK(world.failures(kind) == 1);
  CHECK(world.retries(kind) == 1);
  const auto& line = world.front.lines.back();
  CHECK(line.record.attempts == 2);
  CHECK(line.endpoint == "127.0.0.1:9002");
  CHECK(line.record.reason == Reason::kNone);
  CHECK(world.front.rejected() == 0);
}

}  // namespace

TEST_CASE("a backend that refuses is passed over, also for a POST") {
  for (const auto& request : {get(), post(3) + "abc", chunked_post() + "3\r\nabc\r\n0\r\n\r\n"}) {
    World world(2);
    world.connector.plan(World::port(0), Plan::kRefuse);
    auto& client = world.ask(request);
    check_saved(world, client, FailureKind::kConnect);
    CHECK(world.front.timeouts() == 0);
  }
}

TEST_CASE("a backend that cannot be reached in time is passed over") {
  World world(2);
  world.connector.plan(World::port(0), Plan::kHang);
  auto& client = world.ask(post(3) + "abc");
  world.pass(3'020);
  check_saved(world, client, FailureKind::kConnectTimeout);
  CHECK(world.backend(1).received().ends_with("abc"));
}

TEST_CASE("a backend that breaks before its answer is passed over for what may be sent twice") {
  for (const auto& broken : {"", "HTTP/1.1 200 OK\r\nContent-Le"}) {
    for (bool reset : {false, true}) {
      World world(2);
      auto& client = world.ask("PUT /app/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
      world.say(world.backend(), broken);
      reset ? world.backend().reset() : world.backend().close();
      world.run();
      check_saved(world, client, FailureKind::kReset);
      CHECK(world.backend(1).received().ends_with("\r\n\r\nabc"));
    }
  }
}

TEST_CASE("a late backend is passed over for what may be sent twice") {
  World world(2);
  auto& client = world.ask(get());
  world.pass(60'020);
  check_saved(world, client, FailureKind::kTimeout);
}

TEST_CASE("a try that is late by its own deadline is passed over") {
  World world(2);
  world.pool_options.retry.per_try_timeout = base::Duration(2'000);
  auto& client = world.ask(get());
  world.pass(1'980);
  CHECK(world.connects(1) == 0);
  world.pass(40);
  check_saved(world, client, FailureKind::kTimeout);
  CHECK(world.front.timeouts(http::Phase::kUpstreamTry) == 1);
  CHECK(world.front.timeouts() == 1);
}

TEST_CASE("a POST is sent twice where the methods of the pool say so") {
  World world(2);
  world.pool_options.retry.methods = upstream::RetryMethods::kAll;
  auto& client = world.ask(post(6) + "abc");
  world.backend().close();
  world.run();
  world.say(client, "def");
  check_saved(world, client, FailureKind::kReset);
  CHECK(world.backend(1).received().ends_with("\r\n\r\nabcdef"));
}

TEST_CASE("a POST is not sent twice") {
  World world(2);
  auto& client = world.ask(post(3) + "abc");
  world.backend().close();
  world.run();
  CHECK(world.front.answer(client).status == 502);
  CHECK(world.connects(1) == 0);
  CHECK(world.front.rejected(Reason::kUpstreamReset) == 1);
  CHECK(world.failures(FailureKind::kReset) == 1);
  CHECK(world.front.lines.back().record.not_retried == http::NotRetried::kMethod);
  CHECK(!client.closed());
}

TEST_CASE("a listed status is passed over") {
  World world(2);
  world.pool_options.retry.on.statuses = {503};
  auto& client = world.ask(get());
  world.say(world.backend(), "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
  check_saved(world, client, FailureKind::kStatus);
}

TEST_CASE("a listed status puts its endpoint aside, one that is not listed never") {
  for (bool listed : {true, false}) {
    World world(2);
    world.pool_options.max_fails = 1;
    if (listed) world.pool_options.retry.on.statuses = {500};
    auto& client = world.ask(post(3) + "abc");
    world.say(world.backend(), "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops");
    auto answer = world.front.answer(client);
    CHECK(answer.status == 500);
    CHECK(answer.body == "oops");
    CHECK(world.all_available() == !listed);
  }
}

TEST_CASE("the Retry-After of a listed 503 is honoured") {
  World world(2);
  world.pool_options.max_fails = 0;
  world.pool_options.retry.on.statuses = {503};
  auto& client = world.ask(get());
  world.say(world.backend(), "HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n");
  check_saved(world, client, FailureKind::kStatus);
  auto ask = [&] {
    world.say(client, get());
    bool first = world.connects(0) == 2;
    world.say(first ? world.backend(0, 1) : world.backend(1), ok("ok"));
    CHECK(world.front.answer(client).body == "ok");
    return first;
  };
  world.pass(4'900);
  for (int i = 0; i < 4; ++i) CHECK(!ask());
  world.pass(200);
  CHECK((ask() || ask()));
}

TEST_CASE("an answer that is no HTTP is a 502, and no reason to ask another") {
  for (std::size_t size : memory::kReadSizes) {
    World world(2);
    world.network.set_read_size(size);
    auto& client = world.ask(get());
    world.say(world.backend(), "SSH-2.0-OpenSSH_9.2p1\r\n\r\n");
    CHECK(world.front.answer(client).status == 502);
    CHECK(world.connects(1) == 0);
    CHECK(world.front.rejected(Reason::kUpstreamMalformed) == 1);
    CHECK(world.failures(FailureKind::kMalformed) == 1);
    CHECK(world.backend().closed());
    CHECK(!client.closed());
  }
}

TEST_CASE("all backends refuse: 502; none may be asked: 503 with Retry-After") {
  World world(2);
  world.connector.plan(World::port(0), Plan::kRefuse);
  world.connector.plan(World::port(1), Plan::kRefuse);
  auto& client = world.ask(get());
  CHECK(world.front.answer(client).status == 502);
  CHECK(world.front.rejected(Reason::kUpstreamConnect) == 1);
  CHECK(world.failures(FailureKind::kConnect) == 2);

  World down(2);
  for (auto& endpoint : down.pool_options.endpoints) endpoint.down = true;
  auto& other = down.ask(get());
  auto answer = down.front.answer(other);
  CHECK(answer.status == 503);
  CHECK(answer.field("Retry-After") == "10");
  CHECK(down.front.rejected(Reason::kNoEndpoint) == 1);
}

TEST_CASE("no descriptor left to connect with: 503 with Retry-After, and nobody else's fault") {
  World world(2);
  world.pool_options.max_fails = 1;
  for (std::size_t i = 0; i < 2; ++i) world.connector.plan(World::port(i), Plan::kStarve);
  auto& client = world.ask(get());
  auto answer = world.front.answer(client);
  CHECK(answer.status == 503);
  CHECK(answer.field("Retry-After") == "1");
  CHECK(world.front.rejected(Reason::kNoDescriptors) == 1);
  CHECK(world.failures(FailureKind::kLocal) == 2);
  CHECK(world.all_available());
  CHECK(!client.closed());
}

TEST_CASE("a kept-alive connection that died unseen is replaced, at no one's cost") {
  for (int how = 0; how < 3; ++how) {
    World world;
    auto& dead = world.warm_up();
    auto& client = world.connect();
    client.send(how == 2 ? post(3) : get());
    // It goes while the request is on its way.
    if (how == 0) world.network.run_once();
    how == 1 ? dead.reset() : dead.close();
    world.run();
    if (how == 2) world.say(client, "abc");
    REQUIRE(world.connects() == 2);
    world.say(world.backend(0, 1), ok("fresh"));
    CHECK(world.front.answer(client).body == "fresh");
    CHECK(world.all_available());
    CHECK(world.failures() == 0);
  }
}

TEST_CASE("a backend that begins to reset under load loses max_fails POSTs, and no more") {
  World world(2);
  std::vector<memory::MemoryPeer*> clients;
  for (int i = 0; i < 16; ++i) clients.push_back(&world.ask(get()));
  for (std::size_t number = 0; number < 2; ++number) {
    for (std::size_t i = 0; i < 8; ++i) world.say(world.backend(number, i), ok("ok"));
  }
  REQUIRE(world.idle() == 16);
  for (auto* client : clients) world.front.answer(*client);
  int lost = 0;
  for (std::size_t i = 0; i < 40; ++i) {
    memory::MemoryPeer& client = *clients[i % clients.size()];
    world.say(client, post(3) + "abc");
    // One of them has it now.
    for (std::size_t number = 0; number < 2; ++number) {
      for (std::size_t k = 0; k < world.connects(number); ++k) {
        memory::MemoryPeer& backend = world.backend(number, k);
        if (backend.closed() || !backend.take().ends_with("abc")) continue;
        if (number == 1) world.say(backend, ok("ok"));
        if (number == 0) backend.reset();
        world.run();
      }
    }
    lost += world.front.answer(client).status == 502 ? 1 : 0;
  }
  CHECK(lost == 3);
  CHECK(!world.all_available());
}

TEST_CASE("a backend whose idle timeout crosses with POSTs is not put aside") {
  World world(2);
  world.pool_options.max_fails = 1;
  world.pool_options.endpoints[1].backup = true;
  auto& client = world.connect();
  for (std::size_t i = 0; i < 10; ++i) {
    world.say(client, get());
    world.say(world.backend(0, i), ok("ok"));
    CHECK(world.front.answer(client).status == 200);
    world.pass(5'000);
    world.say(client, post(3) + "abc");
    // It closes by its clock: with the request unread where it was quick, else by FIN.
    i % 2 == 0 ? world.backend(0, i).reset() : world.backend(0, i).shut_down();
    world.run();
    CHECK(world.front.answer(client).status == 502);
  }
  CHECK(world.all_available());
}

TEST_CASE("failures put an endpoint aside, and the client never sees it again") {
  World world(2);
  world.connector.plan(World::port(0), Plan::kRefuse);
  auto& client = world.connect();
  for (int i = 0; i < 12; ++i) {
    world.say(client, get());
    world.say(world.backend(1), ok("ok"));
    CHECK(world.front.answer(client).body == "ok");
  }
  CHECK(world.connects(0) == 3);
  CHECK(!world.all_available());
  world.connector.plan(World::port(0), Plan::kAccept);
  world.pass(10'020);
  world.say(client, get());
  world.say(world.connects(0) == 4 ? world.backend(0, 3) : world.backend(1), ok("ok"));
  CHECK(world.front.answer(client).body == "ok");
  world.say(client, get());
  world.say(world.connects(0) == 4 ? world.backend(0, 3) : world.backend(1), ok("ok"));
  CHECK(world.connects(0) == 4);
}

TEST_CASE("an answer cut short is cut for the client, never made whole") {
  struct Case {
    std::string request;
    std::string answer;
    bool reset;   // of the backend's connection
    bool client;  // the client's connection is reset
  };
  const std::string old = "GET /app/ HTTP/1.0\r\n\r\n";
  const std::string length = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello";
  const std::string chunked = kChunkedHead + "5\r\nhello\r\n";
  const std::string to_close = "HTTP/1.1 200 OK\r\n\r\nhello";
  const Case cases[] = {
      {get(), length, false, false}, {get(), length, true, false},   {get(), chunked, false, false},
      {get(), chunked, true, false}, {get(), to_close, true, false}, {old, length, false, false},
      {old, chunked, false, true},   {old, to_close, true, true},
  };
  for (std::size_t size : memory::kReadSizes) {
    for (const Case& one : cases) {
      CAPTURE(one.request);
      CAPTURE(one.answer);
      CAPTURE(one.reset);
      World world(2);
      world.network.set_read_size(size);
      auto& client = world.ask(one.request);
      world.say(world.backend(), one.answer);
      one.reset ? world.backend().reset() : world.backend().close();
      world.run();
      CHECK(client.closed());
      CHECK(client.error().has_value() == one.client);
      if (!one.client) {
        auto answer = world.front.answer(client);
        CHECK(!answer.whole);
        CHECK(answer.body == "hello");
      }
      CHECK(world.connects(1) == 0);
      CHECK(world.front.rejected(Reason::kUpstreamCut) == 1);
      CHECK(world.front.closed(server::CloseReason::kCut) == 1);
      CHECK(world.failures(FailureKind::kCut) == 1);
      CHECK(world.front.codes(0, 200) == 1);
    }
  }
}

}  // namespace weir::exchange
