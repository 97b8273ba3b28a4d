// Requests that come before their time.

#include <doctest/doctest.h>

#include "fixture.h"

namespace weir::exchange {

using server::EarlyBytes;

namespace {

const std::string kFixed = get("/fixed");

std::string repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("answers come in the order of their requests, wherever they are made") {
  for (std::size_t size : memory::kReadSizes) {
    World world;
    world.network.set_read_size(size);
    auto& client = world.ask(kFixed + get("/app/1") + kFixed + post(3) + "abc" + kFixed +
                             chunked_post() + "3\r\ndef\r\n0\r\n\r\n" + get("/none"));
    CHECK(world.front.answer(client).body == "hello");
    world.say(world.backend(), ok("1"));
    world.say(world.backend(), kChunkedHead + "1\r\n2\r\n");
    world.say(world.backend(), "0\r\n\r\n");
    CHECK(world.front.heard(client).size() == 4);
    CHECK(world.backend().received().ends_with("3\r\ndef\r\n0\r\n\r\n"));
    world.say(world.backend(), ok("3"));
    auto rest = world.front.heard(client);
    REQUIRE(rest.size() == 2);
    CHECK(rest[0].body == "3");
    CHECK(rest[1].status == 404);
    CHECK(world.connects() == 1);
    CHECK(world.idle() == 1);
    CHECK(!client.closed());
  }
}

TEST_CASE("a request never reaches a backend before the answer to the one before it is whole") {
  World world;
  auto& client = world.ask(get("/app/1") + get("/app/2"));
  CHECK(world.leases() == 1);
  world.say(world.backend(), kChunkedHead + "1\r\nx\r\n");
  CHECK(world.backend().received().find("/app/2") == std::string::npos);
  world.say(world.backend(), "0\r\n\r\n");
  CHECK(world.backend().received().find("/app/2") != std::string::npos);
  world.say(world.backend(), ok("y"));
  CHECK(world.front.heard(client).size() == 2);
}

TEST_CASE(
    "a thousand requests behind a slow one wait in bounded memory and are answered at one go") {
  World world;
  world.front.options.limits.pipeline = 1000 + 1;
  auto& client = world.ask(get() + repeat(kFixed, 1000));
  CHECK(client.received().empty());
  CHECK(client.stream()->other()->reading());
  world.say(world.backend(), ok("slow"));
  auto answers = world.front.heard(client);
  REQUIRE(answers.size() == 1001);
  CHECK(answers[0].body == "slow");
  CHECK(answers[1000].body == "hello");
  CHECK(world.front.codes(2, 200) == 1000);
}

TEST_CASE("more early bytes than are kept are left with the kernel") {
  World world;
  world.front.options.limits.pipeline = 10'000;
  std::string many = get() + repeat(kFixed, 5000);
  auto& client = world.ask(many);
  memory::MemoryStream* near = client.stream()->other();
  CHECK(!near->reading());
  CHECK(many.size() - near->inbox() < 2 * EarlyBytes::kMost + get().size());
  // Reading has stopped, so neither is the client late nor is its departure seen.
  world.pass(50'000);
  CHECK(world.front.timeouts() == 0);
  world.say(world.backend(), ok("slow"));
  CHECK(near->reading());
  CHECK(world.front.heard(client).size() == 5001);
}

TEST_CASE("a body over several reads, with requests in front and behind") {
  for (std::size_t size : memory::kReadSizes) {
    World world;
    world.network.set_read_size(size);
    auto& client = world.ask(get("/app/1") + post(100'000) + std::string(40'000, 'x'));
    world.say(world.backend(), ok("1"));
    CHECK(world.front.answer(client).body == "1");
    world.say(client, std::string(60'000, 'x') + kFixed);
    CHECK(world.backend().received().ends_with(std::string(100'000, 'x')));
    world.say(world.backend(), ok("2"));
    auto answers = world.front.heard(client);
    REQUIRE(answers.size() == 2);
    CHECK(answers[0].body == "2");
    CHECK(answers[1].body == "hello");
  }
}

TEST_CASE("a client that is gone takes its early requests with it") {
  World world;
  auto& client = world.ask(get("/app/1") + get("/app/2") + kFixed);
  client.reset();
  world.run();
  CHECK(world.leases() == 0);
  CHECK(world.front.lines.size() == 1);
  CHECK(world.front.lines[0].record.status == 499);
}

TEST_CASE("a refused request is the last one that is read") {
  World world;
  auto& client = world.ask(kFixed + "GET / HTTP/1.1\r\n\r\n" + kFixed);
  auto answers = world.front.heard(client);
  REQUIRE(answers.size() == 2);
  CHECK(answers[1].status == 400);
  CHECK(answers[1].field("Connection") == "close");
  CHECK(client.ended());
}

}  // namespace weir::exchange
