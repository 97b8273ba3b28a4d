#include <doctest/doctest.h>

#include "stage.h"

namespace weir::proxy {

using http::NotRetried;
using memory::Plan;

namespace {

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n";
const std::string kPost = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n";
const std::string kPut = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n";

// The client's request is at the first backend, which now breaks off.
void break_off(Stage& stage) {
  stage.backend().reset();
  stage.network.run();
}

}  // namespace

TEST_CASE("why a try was the last is on record") {
  struct Case {
    const std::string& head;
    std::size_t body;
    void (*set)(upstream::RetryOptions&);
    NotRetried why;
  };
  const Case cases[] = {
      {kGet, 0, [](auto& retry) { retry.on.reset = false; }, NotRetried::kNotListed},
      {kPost, 5, [](auto&) {}, NotRetried::kMethod},
      {kPost, 5, [](auto& retry) { retry.replay_body = 2; }, NotRetried::kMethod},
      {kPut, 5, [](auto& retry) { retry.replay_body = 4; }, NotRetried::kBody},
      {kGet, 0, [](auto& retry) { retry.attempts = 1; }, NotRetried::kAttempts},
      {kGet, 0, [](auto& retry) { retry.budget_percent = retry.min_per_second = 0; },
       NotRetried::kBudget},
  };
  for (const Case& one : cases) {
    Stage stage(2);
    one.set(stage.options.retry);
    Client client(stage, one.head);
    if (one.body > 0) client.send(std::string(one.body, 'b'));
    if (one.body > 0) client.finish();
    break_off(stage);
    CHECK(client.told() == "fail 502 upstream_reset");
    CHECK(client.record().not_retried == one.why);
    CHECK(stage.pool->stats().bodies_over.get() == (one.why == NotRetried::kBody ? 1 : 0));
  }
}

TEST_CASE("why an unsent request was tried no more is on record") {
  {
    Stage stage;
    stage.connector.plan(Stage::port(0), Plan::kRefuse);
    Client client(stage, kGet);
    CHECK(client.record().not_retried == NotRetried::kEndpoints);
  }
  Stage stage(2);
  stage.options.retry.replay_body = 4;
  stage.connector.plan(Stage::port(0), Plan::kHang);
  Client client(stage, kPost);
  client.send("12345");
  stage.connector.settle(Stage::port(0), Plan::kRefuse);
  stage.network.run();
  CHECK(client.told() == "fail 502 upstream_connect");
  CHECK(client.record().not_retried == NotRetried::kBody);
}

TEST_CASE("an answer that is passed on or cut tells nothing of retries") {
  Stage stage(2);
  Client client(stage, kGet);
  stage.answer(stage.backend(), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
  break_off(stage);
  CHECK(client.record().not_retried == NotRetried::kNone);
}

}  // namespace weir::proxy
