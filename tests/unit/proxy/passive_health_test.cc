#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include "stage.h"

namespace weir::proxy {

using memory::Plan;

namespace {

constexpr base::Bytes kOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n";
const std::string kPost = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n";

// The client's request is at the first backend, which now breaks off.
void break_off(Stage& stage) {
  stage.backend().reset();
  stage.network.run();
}

// Two endpoints, the second a backup, one failure puts the first aside; `idle` connections to it,
// which are idle for `ms`.
struct Kept : Stage {
  Kept(std::size_t idle, std::int64_t ms) : Stage(2) {
    options.max_fails = 1;
    options.endpoints[1].backup = true;
    std::vector<std::unique_ptr<Client>> clients;
    for (std::size_t i = 0; i < idle; ++i) clients.push_back(std::make_unique<Client>(*this, kGet));
    for (std::size_t i = 0; i < idle; ++i) answer(backend(0, i), kOk);
    REQUIRE(this->idle() == idle);
    time.advance(base::Duration(ms));
  }
  bool ejected() { return endpoints[0]->ejected(time.now()); }
  // The connection that is used next, and that was used last.
  memory::MemoryPeer& next() { return backend(0, connects() - 1); }
  // A POST that is on it dies by RST or by FIN.
  void lose_post(bool by_reset) {
    memory::MemoryPeer& peer = next();
    Client client(*this, kPost);
    client.send("12345");
    client.finish();
    by_reset ? peer.reset() : peer.shut_down();
    network.run();
    CHECK(client.told() == "fail 502 upstream_reset");
  }
};

}  // namespace

TEST_CASE("listed statuses put their endpoint aside where it is at fault, unlisted ones never") {
  struct Case {
    std::vector<unsigned> listed;
    int status;
    bool aside;
  };
  const Case cases[] = {{{503}, 503, true},  {{429}, 429, true},  {{599}, 599, true},
                        {{404}, 404, false}, {{502}, 503, false}, {{}, 500, false}};
  for (const Case& one : cases) {
    Stage stage(2);
    stage.options.max_fails = 1;
    stage.options.retry.on.statuses = one.listed;
    Client client(stage, kPost);
    client.send("12345");
    client.finish();
    stage.answer(stage.backend(),
                 "HTTP/1.1 " + std::to_string(one.status) + " No\r\nContent-Length: 0\r\n\r\n");
    CHECK(client.told() == "head " + std::to_string(one.status) + "; end");
    CHECK(stage.endpoints[0]->ejected(stage.time.now()) == one.aside);
  }
}

TEST_CASE("the Retry-After of a listed 503 puts its endpoint aside for as long") {
  struct Case {
    const char* head;
    std::vector<unsigned> listed;
    int seconds;  // put aside for so long
  };
  const Case cases[] = {
      {"503 Busy\r\nRetry-After: 3", {503}, 3},
      {"503 Busy\r\nRetry-After: 3600", {503}, 10},
      {"503 Busy\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:49:41 "
       "GMT",
       {503},
       4},
      {"503 Busy\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 GMT", {503}, 10},
      {"503 Busy\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT", {503}, 0},
      {"503 Busy\r\nRetry-After: 0", {503}, 0},
      {"503 Busy\r\nRetry-After: soon", {503}, 0},
      {"503 Busy", {503}, 0},
      {"503 Busy\r\nRetry-After: 3", {}, 0},
      {"500 No\r\nRetry-After: 3", {500}, 0},
  };
  for (const Case& one : cases) {
    CAPTURE(one.head);
    Stage stage(2);
    stage.options.max_fails = 0;
    stage.options.retry.on.statuses = one.listed;
    Client client(stage, kPost);
    client.send("12345");
    client.finish();
    stage.answer(stage.backend(),
                 "HTTP/1.1 " + std::string(one.head) + "\r\nContent-Length: 0\r\n\r\n");
    CHECK(client.heard().back() == "end");
    base::Stamp until = base::after(stage.time.now(), base::Duration(one.seconds * 1000));
    CHECK(stage.endpoints[0]->ejected(stage.time.now()) == (one.seconds > 0));
    if (one.seconds > 0) CHECK(stage.endpoints[0]->ejected_until() == until);
    CHECK(!stage.endpoints[1]->ejected(stage.time.now()));
  }
}

TEST_CASE("a Retry-After never takes the last endpoint") {
  Stage stage(2);
  stage.options.retry.on.statuses = {503};
  Client client(stage, kGet);
  const std::string busy = "HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n";
  stage.answer(stage.backend(0), busy);
  stage.answer(stage.backend(1), busy);
  CHECK(client.told() == "head 503; end");
  CHECK(stage.endpoints[0]->ejected(stage.time.now()));
  CHECK(!stage.endpoints[1]->ejected(stage.time.now()));
}

TEST_CASE("refusals, breaks, late and malformed answers each put their endpoint aside") {
  for (int how = 0; how < 4; ++how) {
    CAPTURE(how);
    Stage stage(2);
    stage.options.max_fails = 1;
    if (how == 0) stage.connector.plan(Stage::port(0), Plan::kRefuse);
    Client client(stage, kGet);
    if (how == 1) break_off(stage);
    if (how == 2) stage.time.advance(base::Duration(60'010));
    if (how == 3) stage.answer(stage.backend(), "nonsense\r\n\r\n");
    stage.network.run();
    CHECK(stage.endpoints[0]->ejected(stage.time.now()));
    CHECK(!stage.endpoints[1]->ejected(stage.time.now()));
  }
}

TEST_CASE("what fails for want of our own descriptors is no failure of its endpoint") {
  Stage stage(2);
  stage.options.max_fails = 1;
  for (std::size_t i = 0; i < 2; ++i) stage.connector.plan(Stage::port(i), Plan::kStarve);
  {
    Client client(stage, kGet);
    CHECK(client.told() == "fail 503 no_descriptors");
    CHECK(client.record().attempts == 2);
  }
  CHECK(stage.failures(upstream::FailureKind::kLocal) == 2);
  CHECK(stage.retries(upstream::FailureKind::kLocal) == 1);
  for (const auto& endpoint : stage.endpoints) CHECK(!endpoint->ejected(stage.time.now()));
  for (std::size_t i = 0; i < 2; ++i) stage.connector.plan(Stage::port(i), Plan::kAccept);
  Client client(stage, kPost);
  client.send("12345");
  client.finish();
  stage.answer(stage.connects(0) == 2 ? stage.backend(0, 1) : stage.backend(1, 1), kOk);
  CHECK(client.heard().back() == "end");
}

TEST_CASE(
    "a POST on a connection in use until a moment ago, and reset, is its endpoint's failure") {
  Kept stage(1, 999);
  stage.lose_post(true);
  CHECK(stage.ejected());
}

TEST_CASE("a kept-alive connection that was idle for a second dies at no endpoint's blame") {
  for (bool by_reset : {true, false}) {
    Kept stage(1, 1'000);
    stage.lose_post(by_reset);
    CHECK(!stage.ejected());
    CHECK(stage.failures(upstream::FailureKind::kReset) == 1);
  }
}

TEST_CASE("a backend that closes a connection behind an answer is not blamed for what crossed it") {
  Kept stage(1, 0);
  stage.lose_post(false);
  CHECK(!stage.ejected());
}

TEST_CASE(
    "a kept-alive connection that is reset under a GET is judged by the one that replaces it") {
  {
    Kept stage(1, 0);
    memory::MemoryPeer& kept = stage.next();
    Client client(stage, kGet);
    kept.reset();
    stage.network.run();
    stage.answer(stage.backend(0, 1), kOk);
    CHECK(client.told() == "head 200; end");
    CHECK(!stage.ejected());
    CHECK(stage.failures(upstream::FailureKind::kReset) == 0);
  }
  Kept stage(1, 0);
  memory::MemoryPeer& kept = stage.next();
  Client client(stage, kGet);
  kept.reset();
  stage.network.run();
  stage.backend(0, 1).reset();
  stage.network.run();
  CHECK(stage.ejected());
}

TEST_CASE(
    "where one kept-alive connection died the idle ones go too, unless a FIN followed its use") {
  struct Case {
    bool by_reset;
    std::int64_t idle_ms;
    std::uint64_t left;
  };
  for (const Case& one : {Case{true, 0, 0}, {true, 1'000, 0}, {false, 1'000, 0}, {false, 0, 2}}) {
    CAPTURE(one.by_reset);
    CAPTURE(one.idle_ms);
    Kept stage(3, one.idle_ms);
    stage.lose_post(one.by_reset);
    CHECK(stage.idle() == one.left);
  }
}

TEST_CASE("failures put an endpoint aside, a dead kept-alive connection does not") {
  Stage stage(2);
  stage.options.max_fails = 1;
  stage.options.endpoints[1].backup = true;
  {
    memory::MemoryPeer& backend = stage.warm_up();
    Client client(stage, kGet);
    backend.close();
    stage.network.run();
    stage.answer(stage.backend(0, 1), kOk);
    CHECK(!stage.endpoints[0]->ejected(stage.time.now()));
  }
  stage.connections.close_idle();
  stage.connector.plan(Stage::port(0), Plan::kRefuse);
  Client client(stage, kGet);
  CHECK(stage.endpoints[0]->ejected(stage.time.now()));
  CHECK(stage.connects(1) == 1);
}

}  // namespace weir::proxy
