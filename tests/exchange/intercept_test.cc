// Answers of backends that a route replaces by a page of its own.

#include <doctest/doctest.h>

#include "fixture.h"
#include "server/error_pages.h"

namespace weir::exchange {

namespace {

// The route "/app/" has 404 replaced.
struct Intercepting : World {
  Intercepting() {
    build();
    front.options.routes[0].error_pages = &pages;
  }
  std::vector<server::ErrorPage> own{{{404, 404}, "text/html", "ours"}};
  server::ErrorPages pages{own, {}, {{404, 404}}};
};

}  // namespace

TEST_CASE("behind a replaced answer that is short the backend's connection is kept") {
  for (std::size_t size : memory::kReadSizes) {
    Intercepting world;
    world.network.set_read_size(size);
    auto& client = world.ask(get());
    world.say(world.backend(), "HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\ntheirs");
    auto answer = world.front.answer(client);
    CHECK(answer.status == 404);
    CHECK(answer.body == "ours");
    CHECK(world.idle() == 1);
    world.say(client, get());
    world.say(world.backend(), ok("hello"));
    CHECK(world.front.answer(client).body == "hello");
    CHECK(world.connects() == 1);
  }
}

TEST_CASE(
    "behind one whose end is not known the backend's connection is closed, the client's not") {
  for (std::size_t size : memory::kReadSizes) {
    Intercepting world;
    world.network.set_read_size(size);
    auto& client = world.ask(get());
    world.say(world.backend(),
              "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ntheirs\r\n");
    auto answer = world.front.answer(client);
    CHECK(answer.whole);
    CHECK(answer.body == "ours");
    CHECK(world.idle() == 0);
    CHECK(world.failures() == 0);
    CHECK(!client.closed());
    world.say(client, get());
    world.say(world.backend(0, 1), ok("hello"));
    CHECK(world.front.answer(client).body == "hello");
  }
}

}  // namespace weir::exchange
