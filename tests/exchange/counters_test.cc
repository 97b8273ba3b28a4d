// What is counted of exchanges, against what was on the wire.

#include <doctest/doctest.h>

#include "fixture.h"

namespace weir::exchange {

TEST_CASE("gauges follow the exchange") {
  World world;
  auto& client = world.connect();
  CHECK(world.front.listener.open.get() == 1);
  CHECK(world.front.listener.active.get() == 0);
  world.say(client, "POST /app/ HT");
  CHECK(world.front.listener.active.get() == 1);
  CHECK(world.front.routes[0].in_flight.get() == 0);
  world.say(client, "TP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n");
  CHECK(world.front.routes[0].in_flight.get() == 1);
  CHECK(world.leases() == 1);
  world.say(client, "abc");
  world.say(world.backend(), kChunkedHead);
  CHECK(world.front.routes[0].in_flight.get() == 1);
  CHECK(world.front.codes(0, 200) == 0);
  world.say(world.backend(), "0\r\n\r\n");
  CHECK(world.front.routes[0].in_flight.get() == 0);
  CHECK(world.front.codes(0, 200) == 1);
  CHECK(world.front.listener.active.get() == 0);
  CHECK(world.front.listener.open.get() == 1);
  CHECK(world.idle() == 1);
}

TEST_CASE("bytes are those of the wire, over all routes and framings") {
  for (std::size_t size : memory::kReadSizes) {
    World world;
    world.network.set_read_size(size);
    std::size_t sent = 0;
    std::size_t heard = 0;
    auto exchange = [&](memory::MemoryPeer& client, const std::string& request,
                        const std::string& answer) {
      sent += request.size();
      world.say(client, request);
      if (!answer.empty()) world.say(world.connector.last(), answer);
      heard += client.take().size();
    };
    auto& client = world.connect();
    exchange(client, get("/fixed"), "");
    exchange(client, get("/nowhere"), "");
    exchange(client, get("/app"), "");
    exchange(client, post(3) + "abc", "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + ok("hello"));
    exchange(client, chunked_post() + "3;ext=1\r\nabc\r\n0\r\nX: y\r\n\r\n",
             kChunkedHead + "3;a\r\nabc\r\n0\r\nX: y\r\n\r\n");
    exchange(client, "HEAD /app/ HTTP/1.1\r\nHost: a\r\n\r\n",
             "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    auto& old = world.connect();
    exchange(old, "GET /app/ HTTP/1.0\r\n\r\n", kChunkedHead + "1\r\nx\r\n0\r\n\r\n");
    std::size_t in = world.front.no_route.request_bytes.get();
    std::size_t out = world.front.no_route.response_bytes.get();
    for (const auto& route : world.front.routes) {
      in += route.request_bytes.get();
      out += route.response_bytes.get();
    }
    CHECK(in == sent);
    CHECK(out == heard);
    CHECK(world.front.lines.size() == 7);
    CHECK(world.front.routes[2].request_bytes.get() == get("/fixed").size());
  }
}

TEST_CASE("a client that does not take its answer is counted once, whoever waits") {
  World world;
  world.front.options.limits.buffer_per_stream = 1'000;
  world.front.window = 100;
  auto& client = world.connect();
  client.stream()->pause();
  world.say(client, get());
  world.say(world.backend(), ok(std::string(1'000'000, 'x')));
  world.pass(37'600);
  CHECK(client.closed());
  CHECK(world.leases() == 0);
  CHECK(world.front.timeouts(http::Phase::kClientWrite) == 1);
  CHECK(world.front.timeouts() == 1);
  CHECK(world.front.rejected(http::Reason::kClientClosed) == 1);
  CHECK(world.front.rejected() == 1);
  CHECK(world.failures() == 0);
  CHECK(world.front.closed(server::CloseReason::kTimeout) == 1);
}

TEST_CASE("the time of an exchange is from its first byte to its last") {
  World world;
  auto& client = world.connect();
  world.pass(5'000);
  world.say(client, "GET /app/ ");
  world.pass(1'000);
  world.say(client, "HTTP/1.1\r\nHost: a\r\n\r\n");
  world.pass(2'000);
  world.say(world.backend(), kChunkedHead);
  world.pass(3'000);
  world.say(world.backend(), "0\r\n\r\n");
  const auto& record = world.front.lines.at(0).record;
  CHECK(record.ended - record.started == 6'000'000'000);
  CHECK(world.front.routes[0].duration.sum_seconds() == doctest::Approx(6.0));
}

}  // namespace weir::exchange
