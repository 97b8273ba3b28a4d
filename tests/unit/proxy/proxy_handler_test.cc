#include "proxy/proxy_handler.h"

#include <doctest/doctest.h>

#include "allocations.h"
#include "stage.h"

namespace weir::proxy {

namespace {

constexpr base::Bytes kOk = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

}  // namespace

TEST_CASE("a request is forwarded and its answer passed on") {
  Stage stage;
  Client client(stage, "GET /a/b?c=d HTTP/1.1\r\nHost: example.com\r\nX-Own: 1\r\n");
  memory::MemoryPeer& backend = stage.backend();
  const std::string& got = backend.received();
  CHECK(got.starts_with("GET /a/b?c=d HTTP/1.1\r\nHost: example.com\r\n"));
  CHECK(got.find("X-Own: 1\r\n") != std::string::npos);
  CHECK(got.find("X-Forwarded-For: 192.0.2.1\r\n") != std::string::npos);
  CHECK(got.ends_with("\r\n\r\n"));
  stage.answer(backend, kOk);
  CHECK(client.told() == "head 200; body hello; end");
}

TEST_CASE("the connection of an answered request carries the next one") {
  Stage stage;
  memory::MemoryPeer& backend = stage.warm_up();
  Client client(stage, "GET /second HTTP/1.1\r\nHost: a\r\n");
  CHECK(stage.connects() == 1);
  CHECK(backend.received().starts_with("GET /second "));
  stage.answer(backend, kOk);
  CHECK(client.told() == "head 200; body hello; end");
  CHECK(stage.idle() == 1);
}

TEST_CASE("an idle connection takes head and body in one write") {
  Stage stage;
  memory::MemoryPeer& backend = stage.warm_up();
  unsigned before = backend.stream()->other()->writes();
  Client client(stage, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n", false);
  {
    net::Turns::Scope turn(stage.time.turns());
    client.begin(false);
    client.send("abc", false);
  }
  client.finish();
  CHECK(backend.stream()->other()->writes() == before + 1);
  CHECK(backend.received().ends_with("\r\n\r\nabc"));
}

TEST_CASE("an answer without a body ends behind its head") {
  Stage stage;
  for (const char* answer :
       {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n\r\n"}) {
    Client client(stage, "GET / HTTP/1.1\r\nHost: a\r\n");
    stage.answer(stage.backend(), answer);
    CHECK(client.heard().size() == 2);
    CHECK(client.heard().back() == "end");
  }
  Client client(stage, "HEAD / HTTP/1.1\r\nHost: a\r\n");
  stage.answer(stage.backend(), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
  CHECK(client.told() == "head 200; end");
  CHECK(stage.connects() == 1);
}

TEST_CASE("an answer framed by close is passed on, and its connection not used again") {
  Stage stage;
  Client client(stage, "GET / HTTP/1.1\r\nHost: a\r\n");
  stage.answer(stage.backend(), "HTTP/1.1 200 OK\r\n\r\nall");
  CHECK(client.told() == "head 200; body all");
  stage.backend().close();
  stage.network.run();
  CHECK(client.told() == "head 200; body all; end");
  CHECK(stage.idle() == 0);
}

TEST_CASE("with nobody to try the client is told 503") {
  Stage stage;
  stage.options.endpoints.front().down = true;
  Client client(stage, "GET / HTTP/1.1\r\nHost: a\r\n");
  CHECK(client.told() == "fail 503 no_endpoint");
  CHECK(client.record().attempts == 0);
  CHECK(client.record().last_try.endpoint.empty());
}

TEST_CASE("the record tells of the last try") {
  Stage stage(2);
  stage.connector.plan(Stage::port(0), memory::Plan::kRefuse);
  Client client(stage, "GET / HTTP/1.1\r\nHost: a\r\n");
  stage.answer(stage.backend(1), "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  CHECK(client.record().attempts == 2);
  CHECK(client.record().last_try.endpoint == "127.0.0.1:9002");
  CHECK(client.record().last_try.status == 404);
}

TEST_CASE("answers are counted by endpoint, status and time") {
  Stage stage;
  Client client(stage, "GET / HTTP/1.1\r\nHost: a\r\n");
  CHECK(stage.in_flight() == 1);
  stage.time.advance(base::Duration(30));
  stage.answer(stage.backend(), "HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\n");
  stage.time.advance(base::Duration(40));
  stage.answer(stage.backend(), "x");
  CHECK(stage.in_flight() == 0);
  const auto& counts = stage.endpoints.front()->stats(0);
  CHECK(counts.answers.get() == 1);
  CHECK(counts.duration_ns.get() == 70'000'000);
  unsigned seen = 0;
  counts.codes.each([&](unsigned code, std::uint64_t count) {
    CHECK(code == 404);
    CHECK(count == 1);
    ++seen;
  });
  CHECK(seen == 1);
  CHECK(stage.stats().first_byte.sum_seconds() == doctest::Approx(0.03));
  CHECK(stage.stats().duration.sum_seconds() == doctest::Approx(0.07));
}

TEST_CASE("a work is used again by a later exchange") {
  Stage stage;
  stage.build();
  http::Work* first = nullptr;
  for (int i = 0; i < 3; ++i) {
    base::Arena arena;
    http::Request request;
    request.arena = &arena;
    Client responder(stage, "GET / HTTP/1.1\r\nHost: a\r\n", false);
    auto work = stage.handler->take(request, responder);
    if (first == nullptr) first = work.get();
    CHECK(work.get() == first);
    work->detach();
  }
}

TEST_CASE("in steady state a request costs no allocation, and neither does its answer") {
  Stage stage;
  memory::MemoryPeer& backend = stage.warm_up();
  // A responder that takes nothing from the heap.
  struct Silent final : http::Responder {
    void interim(const http::ResponseHead&) override {}
    void head(const http::ResponseHead&) override { at_head = allocations(); }
    void upgrade(const http::ResponseHead&) override {}
    void shut_down() override {}
    http::Flow body(base::Bytes) override { return http::Flow::kGo; }
    void end(const http::Fields*) override { at_end = allocations(); }
    void fail(const http::Failure&) override { CHECK(false); }
    std::size_t at_head = 0;
    std::size_t at_end = 0;
  } silent;
  for (int i = 0; i < 3; ++i) {
    Client client(stage, "GET / HTTP/1.1\r\nHost: a\r\n", false);
    std::size_t before = 0;
    std::size_t after = 0;
    http::WorkPtr work;
    stage.time.in_turn([&] {
      before = allocations();
      work = stage.handler->take(client.request(), silent);
      work->begin();
      work->on_body_end(nullptr);
      after = allocations();
    });
    stage.network.run();
    // The stream in memory allocates; what counts is what lies between head and end.
    stage.answer(backend, kOk);
    std::size_t before_dispose = allocations();
    stage.time.in_turn([&] { work->detach(); });
    work.reset();
    if (i == 0) continue;
    CHECK(after == before);
    CHECK(silent.at_end == silent.at_head);
    CHECK(allocations() == before_dispose);
  }
}

TEST_CASE("the backoff is the pool's, half of it more or less") {
  Stage stage;
  stage.options.retry.backoff = base::Duration(100);
  stage.build();
  auto least = base::Duration::max();
  auto most = base::Duration::zero();
  for (int i = 0; i < 1000; ++i) {
    base::Duration one = stage.handler->backoff();
    least = std::min(least, one);
    most = std::max(most, one);
  }
  CHECK(least.count() >= 50);
  CHECK(most.count() <= 150);
  CHECK((most - least).count() > 50);
}

}  // namespace weir::proxy
