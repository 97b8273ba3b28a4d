#include <doctest/doctest.h>

#include "system/proxying/setup.h"

namespace weir::proxying {

namespace {

const char* const kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const char* const kClosed = "weir_http_requests_total{code=\"499\"}";

}  // namespace

TEST_CASE("half_close finish: a client that is done sending gets its whole answer") {
  Served served;
  RawClient client(served.weir.address());
  client.send("GET /delay/200 HTTP/1.1\r\nHost: a\r\n\r\n");
  client.shut_down();
  Message answer = client.response();
  CHECK(answer.status() == 200);
  CHECK(answer.complete);
  CHECK(client.read_to_end().empty());
  CHECK(client.end() == End::kFin);
}

TEST_CASE("half_close finish: all pipelined requests of a half-closed client are answered") {
  Served served;
  RawClient client(served.weir.address());
  std::string all;
  for (int i = 0; i < 10; ++i)
    all += "GET /bytes/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  client.send(all);
  client.shut_down();
  for (std::size_t i = 0; i < 10; ++i) CHECK(client.response().body.size() == i);
  CHECK(client.read_to_end().empty());
  CHECK(client.end() == End::kFin);
}

TEST_CASE("half_close finish: a large answer to a half-closed client is whole") {
  Served served;
  RawClient client(served.weir.address(), 4096);
  client.send("GET /bytes/20000000 HTTP/1.1\r\nHost: a\r\n\r\n");
  client.shut_down();
  Message answer = client.response();
  CHECK(answer.complete);
  CHECK(answer.body.size() == 20'000'000);
}

TEST_CASE("half_close abort: a FIN behind the request abandons it") {
  Staged staged(FakeOrigin::hanging(), "half_close: abort\n");
  RawClient client(staged.weir.address());
  client.send(kGet);
  staged.origin.wait_requests(1);
  client.shut_down();
  CHECK(client.read_to_end().empty());
  staged.origin.wait_ended(1);
  staged.weir.wait_metric(kClosed, 1);
}

TEST_CASE("a reset abandons the upstream exchange at once") {
  Staged staged(FakeOrigin::hanging());
  RawClient client(staged.weir.address());
  client.send(kGet);
  staged.origin.wait_requests(1);
  client.reset();
  staged.origin.wait_ended(1);
  staged.weir.wait_metric(kClosed, 1);
  CHECK(staged.weir.metric("weir_http_requests_in_flight") == 0);
  CHECK(staged.weir.metric("weir_connections_open") == 0);
}

TEST_CASE("a FIN inside of a request abandons it, and no backend takes it for whole") {
  Staged staged([](Connection& connection) { connection.request(); });
  for (std::string framing :
       {"Content-Length: 10\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    CAPTURE(framing);
    std::size_t before = staged.origin.connections();
    RawClient client(staged.weir.address());
    client.send("POST / HTTP/1.1\r\nHost: a\r\n" + framing);
    // Not before the backend has it: else weir need not have asked one.
    staged.origin.wait_connections(before + 1);
    client.shut_down();
    client.read_to_end();
    staged.origin.wait_requests(before + 1);
    CHECK_FALSE(staged.origin.requests().back().complete);
  }
  staged.weir.wait_metric(kClosed, 2);
}

TEST_CASE("a FIN inside of a head, or before one, is no request") {
  Staged staged(FakeOrigin::hanging());
  RawClient silent(staged.weir.address());
  silent.shut_down();
  CHECK(silent.read_to_end().empty());
  CHECK(silent.end() == End::kFin);
  RawClient half(staged.weir.address());
  half.send("GET / HT");
  half.shut_down();
  half.read_to_end();
  staged.weir.wait_metric("weir_connections_open", 0);
  CHECK(staged.origin.connections() == 0);
}

TEST_CASE("a client that leaves in the middle of a large answer stops the backend") {
  for (bool by_reset : {false, true}) {
    CAPTURE(by_reset);
    Staged staged([](Connection& connection) {
      connection.request();
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      std::string piece = support::chunk(std::string(60'000, 'x'));
      while (connection.try_send(piece) == piece.size()) {
      }
    });
    RawClient client(staged.weir.address());
    client.send(kGet);
    CHECK(client.discard(1'000'000) == 1'000'000);
    if (by_reset) client.reset();
    client.close();
    staged.origin.wait_ended(1);
    CHECK(staged.origin.problems().empty());
    staged.weir.wait_metric("weir_http_requests_in_flight", 0);
    staged.weir.wait_metric("weir_connections_open", 0);
  }
}

TEST_CASE("a client that leaves in the middle of an upload stops it") {
  Staged staged([](Connection& connection) { connection.request(); });
  RawClient client(staged.weir.address());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" +
              std::string(100'000, 'x'));
  staged.origin.wait_connections(1);
  client.reset();
  staged.origin.wait_ended(1);
  CHECK_FALSE(staged.origin.requests().at(0).complete);
  staged.weir.wait_metric(kClosed, 1);
}

}  // namespace weir::proxying
