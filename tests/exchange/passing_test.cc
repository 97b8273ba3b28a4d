// What passes through, in every framing.

#include <doctest/doctest.h>

#include "fixture.h"

namespace weir::exchange {

using http::Method;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a request goes to the backend with what weir says of it, and the answer comes back") {
  for (std::size_t size : memory::kReadSizes) {
    World world;
    world.network.set_read_size(size);
    auto& client =
        world.ask(get("/app/a%20b?c=d", "Connection: x-hop\r\nX-Hop: 1\r\nX-End: 2\r\n"));
    std::string asked = world.backend().take();
    CHECK(asked.starts_with("GET /app/a%20b?c=d HTTP/1.1\r\nHost: a\r\n"));
    CHECK(has(asked, "X-Forwarded-For: 192.0.2.1\r\n"));
    CHECK(has(asked, "Via: 1.1 weir\r\n"));
    CHECK(has(asked, "X-End: 2\r\n"));
    CHECK(!has(asked, "X-Hop"));
    CHECK(!has(asked, "Connection:"));
    world.say(world.backend(), ok("hello", "X-Back: y\r\nConnection: z\r\nZ: 1\r\n"));
    auto answer = world.front.answer(client);
    CHECK(answer.status == 200);
    CHECK(answer.body == "hello");
    CHECK(answer.field("X-Back") == "y");
    CHECK(answer.field("Z") == "(none)");
    CHECK(answer.field("Via") == "1.1 weir");
    CHECK(answer.field("Server") == "(none)");
    CHECK(has(asked, "X-Request-ID: " + answer.field("X-Request-ID") + "\r\n"));
    const auto& line = world.front.lines.at(0);
    CHECK(line.route == "app");
    CHECK(line.endpoint == "127.0.0.1:9001");
    CHECK(line.record.last_try.status == 200);
    CHECK(line.record.attempts == 1);
    CHECK(line.record.reason == http::Reason::kNone);
  }
}

TEST_CASE("connections are kept on both sides, whatever the framing of the body") {
  for (std::size_t size : memory::kReadSizes) {
    World world;
    world.network.set_read_size(size);
    auto& client = world.connect();
    const std::string requests[] = {get(), post(5) + "hello",
                                    chunked_post() + "5\r\nhello\r\n0\r\n\r\n", get()};
    const std::string answers[] = {ok("hello"), kChunkedHead + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
                                   "HTTP/1.1 204 No Content\r\n\r\n",
                                   "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"};
    const char* const bodies[] = {"hello", "hello", "", ""};
    for (int i = 0; i < 4; ++i) {
      world.say(client, requests[i]);
      world.say(world.backend(), answers[i]);
      auto answer = world.front.answer(client);
      CHECK(answer.whole);
      CHECK(answer.body == bodies[i]);
    }
    CHECK(world.connects() == 1);
    CHECK(world.idle() == 1);
    CHECK(!client.closed());
    std::string asked = world.backend().received();
    CHECK(has(asked, "Content-Length: 5\r\n"));
    CHECK(has(asked, "\r\n\r\nhelloPOST "));
    CHECK(asked.ends_with("\r\n\r\n"));
  }
}

TEST_CASE("HEAD: the length is told and no body comes, and the connection goes on") {
  World world;
  auto& client = world.ask("HEAD /app/ HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(world.backend().received().starts_with("HEAD /app/ "));
  world.say(world.backend(), "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
  auto answer = world.front.answer(client, Method::kHead);
  CHECK(answer.whole);
  CHECK(answer.field("Content-Length") == "1000");
  world.say(client, get());
  world.say(world.backend(), ok("x"));
  CHECK(world.front.answer(client).body == "x");
  CHECK(world.connects() == 1);
}

TEST_CASE("a chunked answer reaches an HTTP/1.0 client until the close, a long one by its length") {
  World world;
  auto& old = world.ask("GET /app/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(world.backend().received().starts_with("GET /app/ HTTP/1.1\r\nHost: 127.0.0.1:9001\r\n"));
  world.say(world.backend(), kChunkedHead + "5\r\nhello\r\n");
  CHECK(!old.closed());
  world.say(world.backend(), "0\r\nX: y\r\n\r\n");
  CHECK(old.closed());
  CHECK(!old.error().has_value());
  auto answer = world.front.answer(old);
  CHECK(answer.body == "hello");
  CHECK(answer.field("Connection") == "close");
  auto& keeping = world.ask("GET /app/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  world.say(world.backend(), ok("hello"));
  CHECK(world.front.answer(keeping).field("Connection") == "keep-alive");
  CHECK(!keeping.closed());
}

TEST_CASE("an answer that ends with its connection is chunked for the client, who stays") {
  World world;
  auto& client = world.ask(get());
  world.say(world.backend(), "HTTP/1.1 200 OK\r\n\r\nhel");
  world.backend().send("lo");
  world.backend().close();
  world.run();
  auto answer = world.front.answer(client);
  CHECK(answer.whole);
  CHECK(answer.body == "hello");
  CHECK(answer.field("Transfer-Encoding") == "chunked");
  CHECK(!client.closed());
  CHECK(world.idle() == 0);
  CHECK(world.failures() == 0);
}

TEST_CASE("trailers pass both ways") {
  World world;
  auto& client = world.ask(chunked_post() + "3\r\nabc\r\n0\r\nX-Sum: 3\r\n\r\n");
  CHECK(world.backend().received().ends_with("3\r\nabc\r\n0\r\nX-Sum: 3\r\n\r\n"));
  world.say(world.backend(), kChunkedHead + "1\r\nx\r\n0\r\nX-Back: 1\r\n\r\n");
  auto answer = world.front.answer(client);
  CHECK(answer.body == "x");
  CHECK(answer.trailers == "X-Back=1;");
}

TEST_CASE("interim answers pass, and a 100 lets the body come") {
  World world;
  auto& client = world.ask(post(5, "Expect: 100-continue\r\n"));
  CHECK(has(world.backend().received(), "Expect: 100-continue\r\n"));
  world.say(world.backend(), "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
  world.say(world.backend(), "HTTP/1.1 100 Continue\r\n\r\n");
  auto interim = world.front.heard(client);
  REQUIRE(interim.size() == 2);
  CHECK(interim[0].field("Link") == "</a>");
  CHECK(interim[1].status == 100);
  world.say(client, "hello");
  CHECK(world.backend().received().ends_with("hello"));
  world.say(world.backend(), ok("done"));
  CHECK(world.front.answer(client).body == "done");
  CHECK(world.idle() == 1);
}

TEST_CASE("a server-sent event passes at once") {
  World world;
  auto& client = world.ask(get());
  world.say(world.backend(), kChunkedHead);
  client.take();
  for (int i = 0; i < 3; ++i) {
    world.say(world.backend(), "9\r\ndata: x\n\n\r\n");
    CHECK(client.take() == "9\r\ndata: x\n\n\r\n");
    world.pass(50'000);
  }
  CHECK(!client.closed());
}

TEST_CASE("a slow client slows its backend down, with bounded memory between") {
  World world;
  world.front.options.limits.buffer_per_stream = 100'000;
  world.front.window = 10'000;
  auto& client = world.connect();
  client.stream()->pause();
  memory::MemoryStream* near = client.stream()->other();
  world.say(client, get());
  const std::size_t size = 5'000'000;
  world.say(world.backend(), ok(std::string(size, 'x')));
  CHECK(near->queued() < 250'000);
  CHECK(!world.backend().stream()->other()->reading());
  // While it is the client that is slow, no backend is late.
  for (int i = 0; i < 5; ++i) {
    world.pass(29'000);
    client.stream()->resume();
    for (int j = 0; j < 6; ++j) world.network.run_once();
    client.stream()->pause();
    CHECK(near->queued() < 250'000);
  }
  client.stream()->resume();
  world.run();
  CHECK(world.front.answer(client).body.size() == size);
  CHECK(world.front.timeouts() == 0);
  CHECK(world.idle() == 1);
}

TEST_CASE("a slow backend slows its client down, with bounded memory between") {
  World world;
  world.connector.set_window(10'000, 100'000);
  auto& client = world.connect();
  const std::size_t size = 1'000'000;
  world.say(client, post(size));
  world.backend().stream()->pause();
  world.say(client, std::string(size, 'x'));
  memory::MemoryStream* near = client.stream()->other();
  CHECK(!near->reading());
  CHECK(world.backend().stream()->other()->queued() < 250'000);
  CHECK(near->inbox() > size - 400'000);
  world.backend().stream()->resume();
  world.run();
  CHECK(world.backend().received().size() > size);
  world.say(world.backend(), ok("ok"));
  CHECK(world.front.answer(client).body == "ok");
  CHECK(!client.closed());
}

}  // namespace weir::exchange
