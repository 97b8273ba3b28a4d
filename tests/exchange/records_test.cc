// What is known of an exchange when it is over.

#include <doctest/doctest.h>

#include "fixture.h"

namespace weir::exchange {

using memory::Plan;

namespace {

constexpr base::Stamp kMs = 1'000'000;

using Texts = std::vector<std::string>;

// Keeps what a route's own log is told.
class RouteLog final : public server::ExchangeLog {
 public:
  void on_exchange(const http::Request& request, const server::RouteTarget& route) override {
    routes.emplace_back(route.name);
    sent_head = request.record.sent_head;
    server = std::string(request.server_address) + " " + std::to_string(request.server_port);
  }

  Texts routes;
  std::string sent_head;
  std::string server;
};

}  // namespace

TEST_CASE("one try is known by its times, its status and its bytes") {
  for (std::size_t size : memory::kReadSizes) {
    World world;
    world.network.set_read_size(size);
    world.ask(get());
    world.pass(20);
    std::string answer = ok("hello");
    world.say(world.backend(), answer.substr(0, answer.size() - 5));
    world.pass(30);
    world.say(world.backend(), "hello");
    const auto& line = world.front.lines.at(0);
    REQUIRE(line.tries.size() == 1);
    const http::Try& one = line.tries[0];
    CHECK(one.connected - one.began < kMs);
    CHECK(one.head - one.began >= 20 * kMs);
    CHECK(one.head - one.began < 30 * kMs);
    CHECK(line.record.ended - one.began >= 50 * kMs);
    CHECK(one.ended == 0);
    CHECK(one.status == 200);
    CHECK(one.received == answer.size());
  }
}

TEST_CASE("a kept connection takes no time to make, and counts its own bytes only") {
  World world;
  world.warm_up();
  world.ask(get());
  world.say(world.backend(), ok("hi"));
  REQUIRE(world.connects() == 1);
  const http::Try& one = world.front.lines.at(1).tries.at(0);
  CHECK(one.connected == one.began);
  CHECK(one.received == ok("hi").size());
}

TEST_CASE("each try is known, with the status that its failure means") {
  World world(2);
  world.connector.plan(World::port(0), Plan::kHang);
  world.ask(get());
  world.pass(3'020);
  world.pass(10);
  world.say(world.backend(1), ok("saved"));
  const auto& line = world.front.lines.at(0);
  CHECK(line.endpoints == Texts{"127.0.0.1:9001", "127.0.0.1:9002"});
  CHECK(line.tries.at(0).status == 504);
  CHECK(line.tries.at(0).connected == 0);
  CHECK(line.tries.at(0).head == 0);
  CHECK(line.tries.at(0).ended - line.tries.at(0).began >= 3'000 * kMs);
  CHECK(line.tries.at(1).began >= line.tries.at(0).ended);
  CHECK(line.tries.at(1).status == 200);
  CHECK(line.tries.at(1).received == ok("saved").size());
}

TEST_CASE("a listed status is that of its try, and the bytes in front of a failure count") {
  World world(2);
  world.pool_options.retry.on.statuses = {503};
  world.ask(get());
  std::string busy = "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\n";
  world.say(world.backend(), busy);
  world.say(world.backend(1), "HTTP/1.1 20");
  world.backend(1).close();
  world.run();
  const auto& line = world.front.lines.at(0);
  CHECK(line.record.status == 502);
  REQUIRE(line.tries.size() == 2);
  CHECK(line.tries[0].status == 503);
  CHECK(line.tries[0].received == busy.size());
  CHECK(line.tries[0].ended != 0);
  CHECK(line.tries[1].status == 502);
  CHECK(line.tries[1].received == 11);
}

TEST_CASE("a client that leaves ends its try, which then has no status") {
  World world;
  auto& client = world.ask(get());
  client.reset();
  world.run();
  const auto& line = world.front.lines.at(0);
  CHECK(line.record.status == 499);
  REQUIRE(line.tries.size() == 1);
  CHECK(line.tries[0].status == 0);
  CHECK(line.tries[0].ended == 0);
}

TEST_CASE("a route's log hears of its exchanges, and is not told what it does not ask for") {
  RouteLog log;
  World world;
  world.build();
  world.front.options.routes[0].log = &log;
  auto& client = world.ask(get());
  world.say(world.backend(), ok("hello"));
  world.front.say(client, "GET /fixed HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(log.routes == Texts{"app"});
  CHECK(log.sent_head.empty());
  CHECK(log.server == " 0");
  CHECK(world.front.lines.size() == 2);
}

TEST_CASE(
    "the head that was sent and the address connected to are known where they are asked for") {
  RouteLog log;
  World world;
  world.build();
  world.front.options.routes[0].log = &log;
  world.front.options.log_needs = {true, true};
  auto& client = world.ask(get());
  world.say(world.backend(),
            "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + ok("hello", "X-Back: y\r\n"));
  std::string sent = client.take();
  REQUIRE(sent.find("X-Back: y\r\n") != std::string::npos);
  CHECK(log.sent_head.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(sent.ends_with(log.sent_head + "hello"));
  CHECK(log.server == "198.51.100.1 80");
}

}  // namespace weir::exchange
