// What is left of an answer when its connection has to close: never an end that looks like the
// answer's own.
#include <doctest/doctest.h>

#include "unit/server/stage.h"

namespace weir::server {
namespace {

// Has every exchange answered whole, by a body of 50,000 bytes that ends with the connection.
void answer_until_close(Stage& stage) {
  stage.script.at_begin = [&stage](http::Request&, http::Responder& to) {
    to.head(head_of(200, http::Framing::kUntilClose));
    to.body(stage.bytes(std::string(50'000, 'x')));
    to.end(nullptr);
  };
}

}  // namespace

TEST_CASE("a close-delimited answer that its client does not take ends by a reset") {
  Stage stage;
  stage.front.window = 1000;
  answer_until_close(stage);
  auto& client = stage.front.connect();
  client.stream()->pause();
  stage.front.say(client, "GET /s/ HTTP/1.0\r\n\r\n");
  SUBCASE("at client_write") {
    stage.pass(30'010);
    CHECK(stage.front.timeouts(http::Phase::kClientWrite) == 1);
  }
  SUBCASE("when weir stops") {
    stage.time.in_turn([&] { stage.front.service().close_all(); });
  }
  stage.network.run();
  client.stream()->resume();
  stage.network.run();
  CHECK(client.error() == net::StreamError::kReset);
  CHECK(!client.ended());
}

TEST_CASE("a client that closes its sending side while its answer leaves gets the rest") {
  Stage stage;
  stage.front.window = 1000;
  stage.answer_at_once(std::string(5'000, 'x'));
  auto& client = stage.front.connect();
  client.stream()->pause();
  stage.front.say(client, kGet);
  client.shut_down();
  stage.network.run();
  CHECK(!client.closed());
  client.stream()->resume();
  stage.network.run();
  CHECK(client.closed());
  CHECK(!client.error().has_value());
  CHECK(stage.front.answer(client).body.size() == 5'000);
  CHECK(stage.front.closed(CloseReason::kClient) == 1);
}

}  // namespace weir::server
