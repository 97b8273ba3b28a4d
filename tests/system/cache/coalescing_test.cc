#include <doctest/doctest.h>

#include <csignal>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "system/cache/setup.h"

namespace weir::caching {
namespace {

constexpr std::string_view kInFlight = "weir_http_requests_in_flight{route=\"all\"}";

std::string two_workers(const FakeOrigin& origin, const std::string& keys = "") {
  std::string more = keys.empty() ? "" : ", " + keys;
  return config(origin.address(), "coalesce_timeout: 60s" + more) + "workers: 2\n";
}

// What scripts wait for, until the test says it.
class Gate {
 public:
  void open() { promise_.set_value(); }
  // As long as anything is waited for.
  void wait() const { opened_.wait_for(support::kPatience); }

 private:
  std::promise<void> promise_;
  std::shared_future<void> opened_ = promise_.get_future().share();
};

}  // namespace

TEST_CASE("500 clients that ask two workers for one cold key are one request to the origin") {
  Gate gate;
  const std::string body(20'000, 'x');
  FakeOrigin origin([&](Connection& connection) {
    connection.request();
    gate.wait();
    connection.send(
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 4; ++i) connection.send(support::chunk(body.substr(0, 5'000)));
    connection.send(support::kLastChunk);
  });
  WeirProcess weir(two_workers(origin));
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 500; ++i) {
    clients.push_back(std::make_unique<RawClient>(weir.address()));
    clients.back()->send(support::get("/cold"));
  }
  weir.wait_metric(kInFlight, 500);
  gate.open();
  int whole = 0;
  for (auto& client : clients) {
    Message answer = client->response();
    if (answer.complete && answer.status() == 200 && answer.body == body) ++whole;
  }
  CHECK(whole == 500);
  CHECK(origin.requests().size() == 1);
  CHECK(weir.metric("weir_cache_requests_total{result=\"miss\"}") == 1);
  CHECK(weir.metric("weir_cache_requests_total{result=\"coalesced\"}") == 499);
  CHECK(weir.metric("weir_cache_stores_total") == 1);
  Message hit = clients.front()->get("/cold");
  CHECK(hit.body == body);
  CHECK(has(hit.fields.value("Cache-Status"), "weir; hit"));
}

TEST_CASE("who caused a fill leaves, and the others get it whole") {
  Gate gate;
  FakeOrigin origin([&](Connection& connection) {
    connection.request();
    gate.wait();
    connection.send(
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\n\r\nbody");
    connection.another();
  });
  WeirProcess weir(two_workers(origin));
  RawClient cause(weir.address());
  cause.send(support::get("/a"));
  origin.wait_requests(1);
  RawClient other(weir.address());
  other.send(support::get("/a"));
  weir.wait_metric(kInFlight, 2);
  cause.reset();
  weir.wait_metric(kInFlight, 1);
  gate.open();
  Message answer = other.response();
  CHECK(answer.body == "body");
  CHECK(has(answer.fields.value("Cache-Status"), "collapsed"));
  CHECK(other.get("/a").body == "body");
  CHECK(origin.requests().size() == 1);
}

TEST_CASE("a fill that is cut short is seen as that by all, and never served") {
  Gate gate;
  FakeOrigin origin([&](Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 8\r\n\r\n");
    if (connection.number() == 0) {
      connection.send("half");
      gate.wait();
      return connection.reset();
    }
    connection.send("complete");
    connection.another();
  });
  WeirProcess weir(two_workers(origin));
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::make_unique<RawClient>(weir.address()));
    clients.back()->send(support::get("/a"));
  }
  for (auto& client : clients) CHECK(has(client->read_until("half"), "200 OK"));
  CHECK(origin.requests().size() == 1);
  gate.open();
  for (auto& client : clients) CHECK(client->read_to_end().empty());
  CHECK(curl({weir.url("/a")}).body == "complete");
  CHECK(origin.requests().size() == 2);
}

TEST_CASE("what is stale is told at once, and asked for once behind that") {
  Gate gate;
  const std::string fields =
      "Cache-Control: max-age=0, stale-while-revalidate=600\r\nETag: \"1\"\r\n";
  FakeOrigin origin([&](Connection& connection) {
    do {
      Message request = connection.request();
      if (request.fields.has("If-None-Match")) gate.wait();
      connection.send("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 4\r\n\r\nbody");
    } while (connection.another());
  });
  WeirProcess weir(two_workers(origin));
  RawClient client(weir.address());
  CHECK(client.get("/a").body == "body");
  for (int i = 0; i < 10; ++i) CHECK(client.get("/a").body == "body");
  origin.wait_requests(2);
  CHECK(weir.metric("weir_cache_requests_total{result=\"stale\"}") == 10);
  CHECK(origin.requests().size() == 2);
  gate.open();
  weir.wait_metric("weir_cache_stores_total", 2);
}

TEST_CASE("a worker that drains brings a fill to its end for who reads it elsewhere") {
  Gate gate;
  FakeOrigin origin([&](Connection& connection) {
    connection.request();
    connection.send(
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 8\r\n\r\nhalf");
    gate.wait();
    connection.send("half");
    connection.another();
  });
  WeirProcess weir(two_workers(origin));
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 16; ++i) {
    clients.push_back(std::make_unique<RawClient>(weir.address()));
    clients.back()->send(support::get("/a"));
  }
  for (auto& client : clients) client->read_until("half");
  weir.process().signal(SIGQUIT);
  // The one who caused it may be the only one of its worker that leaves.
  clients.front()->reset();
  gate.open();
  for (std::size_t i = 1; i < clients.size(); ++i) CHECK(clients[i]->read_to_end() == "half");
  CHECK(weir.process().wait() == 0);
  CHECK(origin.requests().size() == 1);
}

}  // namespace weir::caching
