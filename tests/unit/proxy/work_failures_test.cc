#include <doctest/doctest.h>

#include "stage.h"

namespace weir::proxy {

using memory::Plan;
using upstream::FailureKind;
using upstream::RetryMethods;

namespace {

constexpr base::Bytes kOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr base::Bytes kBusy = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno";
const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n";
const std::string kPost = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n";
const std::string kPut = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n";

// The client's request is at the first backend, which now breaks off.
void break_off(Stage& stage, std::size_t number = 0, std::size_t index = 0) {
  stage.backend(number, index).reset();
  stage.network.run();
}

}  // namespace

TEST_CASE("a refused connect goes to another endpoint, also for a POST") {
  Stage stage(2);
  stage.connector.plan(Stage::port(0), Plan::kRefuse);
  Client client(stage, kPost);
  client.send("12345");
  client.finish();
  CHECK(stage.backend(1).received().ends_with("12345"));
  stage.answer(stage.backend(1), kOk);
  CHECK(client.heard().back() == "end");
  CHECK(stage.failures(FailureKind::kConnect) == 1);
  CHECK(stage.retries(FailureKind::kConnect) == 1);
}

TEST_CASE("refused connects are tried on every endpoint once, then the client is told 502") {
  Stage stage(3);
  for (std::size_t i = 0; i < 3; ++i) stage.connector.plan(Stage::port(i), Plan::kRefuse);
  Client client(stage, kGet);
  // The second retry waits.
  CHECK(client.told().empty());
  stage.time.advance(base::Duration(60));
  stage.network.run();
  CHECK(client.told() == "fail 502 upstream_connect");
  for (std::size_t i = 0; i < 3; ++i) CHECK(stage.connects(i) == 1);
  CHECK(client.record().attempts == 3);
}

TEST_CASE("a lone endpoint that refuses is a 502 at once") {
  Stage stage;
  stage.connector.plan(Stage::port(0), Plan::kRefuse);
  Client client(stage, kGet);
  CHECK(client.told() == "fail 502 upstream_connect");
  CHECK(stage.connects() == 1);
}

TEST_CASE("a connect that hangs goes to another endpoint") {
  Stage stage(2);
  stage.connector.plan(Stage::port(0), Plan::kHang);
  Client client(stage, kGet);
  stage.time.advance(base::Duration(3'010));
  stage.network.run();
  stage.answer(stage.backend(1), kOk);
  CHECK(client.told() == "head 200; end");
  CHECK(stage.failures(FailureKind::kConnectTimeout) == 1);
  CHECK(client.record().timed_out == http::Phase::kUpstreamConnect);
}

TEST_CASE("a GET whose connection breaks before the answer goes to another endpoint") {
  Stage stage(2);
  Client client(stage, kGet);
  break_off(stage);
  stage.answer(stage.backend(1), kOk);
  CHECK(client.told() == "head 200; end");
  CHECK(stage.failures(FailureKind::kReset) == 1);
  CHECK(stage.retries(FailureKind::kReset) == 1);
}

TEST_CASE("a GET whose answer breaks within its head goes to another endpoint") {
  Stage stage(2);
  Client client(stage, kGet);
  stage.answer(stage.backend(), "HTTP/1.1 200 OK\r\nContent-");
  break_off(stage);
  stage.answer(stage.backend(1), kOk);
  CHECK(client.told() == "head 200; end");
}

TEST_CASE("tries that sent bytes are bounded by the attempts") {
  Stage stage(3);
  Client client(stage, kGet);
  break_off(stage, 0);
  break_off(stage, 1);
  CHECK(client.told() == "fail 502 upstream_reset");
  CHECK(stage.connects(2) == 0);
}

TEST_CASE("for want of another endpoint the same is tried again") {
  Stage stage;
  Client client(stage, kGet);
  break_off(stage);
  REQUIRE(stage.connects() == 2);
  stage.answer(stage.backend(0, 1), kOk);
  CHECK(client.told() == "head 200; end");
}

TEST_CASE("a POST is not retried once its body was sent") {
  Stage stage(2);
  Client client(stage, kPost);
  client.send("12345");
  client.finish();
  break_off(stage);
  CHECK(client.told() == "fail 502 upstream_reset");
  CHECK(stage.connects(1) == 0);
}

TEST_CASE("a PUT is sent again with its body, also where more of it is still to come") {
  Stage stage(2);
  Client client(stage, kPut);
  client.send("123");
  break_off(stage);
  CHECK(stage.backend(1).received().ends_with("\r\n\r\n123"));
  client.send("45");
  client.finish();
  CHECK(stage.backend(1).received().ends_with("\r\n\r\n12345"));
  stage.answer(stage.backend(1), kOk);
  CHECK(client.told() == "head 200; end");
}

TEST_CASE("a chunked body is replayed with its end and trailers") {
  Stage stage(2);
  Client client(stage, "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n");
  client.send("abc");
  client.send("de");
  client.finish({{"X-Sum", "5"}});
  break_off(stage);
  CHECK(stage.backend(1).received().ends_with("\r\n\r\n5\r\nabcde\r\n0\r\nX-Sum: 5\r\n\r\n"));
}

TEST_CASE("a body over the replay bound is not sent again") {
  Stage stage(2);
  stage.options.retry.replay_body = 4;
  Client client(stage, kPut);
  client.send("12345");
  client.finish();
  break_off(stage);
  CHECK(client.told() == "fail 502 upstream_reset");
}

TEST_CASE("bytes of the body that come during the backoff are kept for the next try") {
  Stage stage(3);
  stage.options.retry.attempts = 3;
  Client client(stage, kPut);
  client.send("123");
  break_off(stage, 0);
  break_off(stage, 1);
  CHECK(stage.connects(2) == 0);
  CHECK(client.send("45") == http::Flow::kPause);
  stage.time.advance(base::Duration(60));
  stage.network.run();
  CHECK(stage.backend(2).received().ends_with("\r\n\r\n12345"));
  CHECK(client.told() == "resume");
}

TEST_CASE("without a backoff a later retry is at once, and does not wait for ever") {
  Stage stage(3);
  stage.options.retry.attempts = 3;
  stage.options.retry.backoff = base::Duration(0);
  Client client(stage, kGet);
  break_off(stage, 0);
  break_off(stage, 1);
  stage.answer(stage.backend(2), kOk);
  CHECK(client.told() == "head 200; end");
}

TEST_CASE("a late answer to a GET goes to another endpoint") {
  Stage stage(2);
  Client client(stage, kGet);
  stage.time.advance(base::Duration(60'010));
  stage.network.run();
  stage.answer(stage.backend(1), kOk);
  CHECK(client.told() == "head 200; end");
  CHECK(stage.failures(FailureKind::kTimeout) == 1);
  CHECK(stage.backend(0).closed());
}

TEST_CASE("a malformed answer is tried again only where that is listed") {
  for (bool listed : {false, true}) {
    Stage stage(2);
    stage.options.retry.on.malformed = listed;
    Client client(stage, kGet);
    stage.answer(stage.backend(), "nonsense\r\n\r\n");
    CHECK(stage.connects(1) == (listed ? 1 : 0));
    CHECK(client.told() == (listed ? "" : "fail 502 upstream_malformed"));
  }
}

TEST_CASE("an answer of a listed status is tried again, and passed on when that is not possible") {
  Stage stage(2);
  stage.options.retry.on.statuses = {503};
  Client client(stage, kGet);
  stage.answer(stage.backend(0), kBusy);
  CHECK(client.told().empty());
  stage.answer(stage.backend(1), kBusy);
  CHECK(client.told() == "head 503; body no; end");
  CHECK(stage.retries(FailureKind::kStatus) == 1);
}

TEST_CASE("a listed status does not send a POST twice") {
  Stage stage(2);
  stage.options.retry.on.statuses = {503};
  Client client(stage, kPost);
  client.send("12345");
  client.finish();
  stage.answer(stage.backend(0), kBusy);
  CHECK(client.told() == "head 503; body no; end");
}

TEST_CASE("where the methods say so a POST that was sent is sent again, with its body") {
  for (auto methods : {RetryMethods::kAll, RetryMethods::kListed}) {
    Stage stage(2);
    stage.options.retry.methods = methods;
    stage.options.retry.listed_methods = {"POST"};
    Client client(stage, kPost);
    client.send("12");
    break_off(stage);
    client.send("345");
    client.finish();
    CHECK(stage.backend(1).received().ends_with("\r\n\r\n12345"));
    stage.answer(stage.backend(1), kOk);
    CHECK(client.told() == "head 200; end");
    CHECK(client.record().not_retried == http::NotRetried::kNone);
  }
}

TEST_CASE("a method that the list leaves out is not sent twice, be it idempotent") {
  Stage stage(2);
  stage.options.retry.methods = RetryMethods::kListed;
  stage.options.retry.listed_methods = {"GET"};
  Client client(stage, kPut);
  client.send("12345");
  client.finish();
  break_off(stage);
  CHECK(client.told() == "fail 502 upstream_reset");
  CHECK(client.record().not_retried == http::NotRetried::kMethod);
}

TEST_CASE("where the methods say so a POST goes again for a listed status and a dead connection") {
  Stage stage;
  stage.options.retry.methods = RetryMethods::kAll;
  stage.options.retry.on.statuses = {503};
  memory::MemoryPeer& dead = stage.warm_up();
  Client client(stage, kPost);
  client.send("12345");
  client.finish();
  dead.reset();
  stage.network.run();
  REQUIRE(stage.connects() == 2);
  stage.answer(stage.backend(0, 1), kBusy);
  REQUIRE(stage.connects() == 3);
  CHECK(stage.backend(0, 2).received().ends_with("\r\n\r\n12345"));
  stage.answer(stage.backend(0, 2), kOk);
  CHECK(client.told() == "head 200; end");
}

TEST_CASE("what is not listed is not tried again") {
  Stage stage(2);
  stage.options.retry.on.connect = false;
  stage.connector.plan(Stage::port(0), Plan::kRefuse);
  Client client(stage, kGet);
  CHECK(client.told() == "fail 502 upstream_connect");
}

TEST_CASE("a retry that the budget refuses is not made") {
  Stage stage(2);
  stage.options.retry.budget_percent = 0;
  stage.options.retry.min_per_second = 0;
  stage.connector.plan(Stage::port(0), Plan::kRefuse);
  Client client(stage, kGet);
  CHECK(client.told() == "fail 502 upstream_connect");
  CHECK(stage.stats().retries_refused.get() == 1);
}

TEST_CASE("a dead kept-alive connection is replaced on the same endpoint, at no cost") {
  Stage stage(2);
  stage.options.retry.attempts = 1;
  stage.options.retry.budget_percent = 0;
  stage.options.retry.min_per_second = 0;
  stage.options.endpoints[1].backup = true;
  memory::MemoryPeer& backend = stage.warm_up();
  Client client(stage, kGet);
  CHECK(stage.connects() == 1);
  backend.close();
  stage.network.run();
  REQUIRE(stage.connects() == 2);
  stage.answer(stage.backend(0, 1), kOk);
  CHECK(client.told() == "head 200; end");
  CHECK(stage.failures(FailureKind::kReset) == 0);
  CHECK(stage.connects(1) == 0);
}

TEST_CASE("a POST over a dead kept-alive connection is told, unless nothing of it had left") {
  {
    Stage stage;
    memory::MemoryPeer& backend = stage.warm_up();
    Client client(stage, kPost);
    client.send("12345");
    client.finish();
    backend.reset();
    stage.network.run();
    CHECK(client.told() == "fail 502 upstream_reset");
    CHECK(stage.connects() == 1);
  }
  Stage stage;
  memory::MemoryPeer& backend = stage.warm_up();
  Client client(stage, kPost, false);
  {
    // The RST is there when the request is written, and was not yet heard of.
    net::Turns::Scope turn(stage.time.turns());
    backend.reset();
    client.begin(false);
    client.send("12345", false);
  }
  stage.network.run();
  client.finish();
  REQUIRE(stage.connects() == 2);
  CHECK(stage.backend(0, 1).received().ends_with("\r\n\r\n12345"));
  stage.answer(stage.backend(0, 1), kOk);
  CHECK(client.heard().back() == "end");
}

TEST_CASE("a retry is cut off where an answer has begun") {
  Stage stage(2);
  Client client(stage, kGet);
  stage.answer(stage.backend(), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
  break_off(stage);
  CHECK(client.told() == "head 200; body abc; fail 502 upstream_cut");
  CHECK(stage.connects(1) == 0);
}

}  // namespace weir::proxy
