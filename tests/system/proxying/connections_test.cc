#include <doctest/doctest.h>

#include "system/proxying/setup.h"

namespace weir::proxying {

namespace {

const char* const kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Answers each request by its target.
void answer_by_target(Connection& connection) {
  while (connection.another()) {
    std::string body = connection.request().target();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body);
  }
}

std::string get(int number) {
  return "GET /" + std::to_string(number) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

void check_closed(RawClient& client) {
  CHECK(client.read_to_end().empty());
  CHECK(client.end() == End::kFin);
}

}  // namespace

TEST_CASE("HTTP/1.1 keeps the connection, on both sides") {
  Staged staged(FakeOrigin::answering(kOk));
  RawClient client(staged.weir.address());
  for (int i = 0; i < 20; ++i) {
    Message answer = client.get("/");
    CHECK(answer.status() == 200);
    CHECK_FALSE(answer.fields.has("Connection"));
  }
  CHECK(staged.origin.connections() == 1);
  CHECK(staged.weir.metric("weir_connections_accepted_total") == 1);
}

TEST_CASE("Connection: close is done after the answer") {
  Staged staged(FakeOrigin::answering(kOk));
  RawClient client(staged.weir.address());
  Message answer = client.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(answer.fields.value("Connection") == "close");
  CHECK(answer.body == "ok");
  check_closed(client);
  // It is the client's matter: the backend's connection stays.
  RawClient other(staged.weir.address());
  CHECK(other.get("/").status() == 200);
  CHECK(staged.origin.connections() == 1);
}

TEST_CASE("a backend's Connection: close does not end the client's connection") {
  Staged staged([](Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
  });
  RawClient client(staged.weir.address());
  for (int i = 0; i < 3; ++i) {
    Message answer = client.get("/");
    CHECK(answer.body == "ok");
    CHECK_FALSE(answer.fields.has("Connection"));
  }
  CHECK(staged.origin.connections() == 3);
}

TEST_CASE("HTTP/1.0 closes after the answer, or keeps the connection where the client asks") {
  Staged staged(FakeOrigin::answering(kOk));
  RawClient closing(staged.weir.address());
  Message answer = closing.ask("GET / HTTP/1.0\r\n\r\n");
  CHECK(answer.start_line == "HTTP/1.1 200 OK");
  CHECK(answer.body == "ok");
  check_closed(closing);
  CHECK(staged.origin.requests().at(0).start_line == "GET / HTTP/1.1");
  CHECK_FALSE(staged.origin.requests().at(0).fields.value("Host").empty());

  RawClient keeping(staged.weir.address());
  for (int i = 0; i < 3; ++i) {
    Message kept = keeping.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(kept.fields.value("Connection") == "keep-alive");
    CHECK(kept.body == "ok");
  }
}

TEST_CASE("an HTTP/1.0 client never sees chunks") {
  Staged staged(FakeOrigin::answering(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-A: b\r\n\r\n"));
  RawClient client(staged.weir.address());
  Message answer = client.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK_FALSE(answer.chunked);
  CHECK_FALSE(answer.fields.has("Content-Length"));
  CHECK(answer.fields.value("Connection") == "close");
  CHECK(answer.body == "hello");
  CHECK(answer.complete);
}

TEST_CASE("an HTTP/1.0 backend is understood") {
  Staged staged([](Connection& connection) {
    connection.request();
    connection.send("HTTP/1.0 200 Fine\r\nContent-Type: text/plain\r\n\r\nold");
  });
  RawClient client(staged.weir.address());
  for (int i = 0; i < 2; ++i) {
    Message answer = client.get("/");
    CHECK(answer.start_line == "HTTP/1.1 200 Fine");
    CHECK(answer.body == "old");
    CHECK(answer.complete);
  }
}

TEST_CASE("pipelined requests are answered in order") {
  Staged staged(answer_by_target);
  RawClient client(staged.weir.address());
  std::string all;
  for (int i = 0; i < 5; ++i) all += get(i);
  client.send(all);
  for (int i = 0; i < 5; ++i) CHECK(client.response().body == "/" + std::to_string(i));
  CHECK(client.buffer().empty());
}

TEST_CASE("a slow answer holds back those behind it, however fast they are") {
  Served served;
  RawClient client(served.weir.address());
  client.send(
      "GET /delay/300 HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /status/404 HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /bytes/10 HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(client.response().status() == 200);
  CHECK(client.response().status() == 404);
  CHECK(client.response().body.size() == 10);
}

TEST_CASE("1,000 pipelined requests are answered in order, also with bodies between them") {
  Staged staged(answer_by_target);
  RawClient client(staged.weir.address());
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    all += i % 2 == 0 ? get(i)
                      : "POST /" + std::to_string(i) +
                            " HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
  }
  client.send(all);
  int right = 0;
  for (int i = 0; i < 1000; ++i) right += client.response().body == "/" + std::to_string(i);
  CHECK(right == 1000);
  CHECK(client.buffer().empty());
  CHECK(staged.weir.metric("weir_http_requests_total{code=\"200\"}") == 1000);
}

TEST_CASE("pipelined requests that come a few bytes at a time are answered in order") {
  Staged staged(answer_by_target);
  RawClient client(staged.weir.address());
  std::string all;
  for (int i = 0; i < 30; ++i) all += get(i);
  for (std::size_t at = 0; at < all.size(); at += 7) client.send(all.substr(at, 7));
  for (int i = 0; i < 30; ++i) CHECK(client.response().body == "/" + std::to_string(i));
}

TEST_CASE("a client that pipelines and never reads is held back, and served when it reads") {
  Served served;
  RawClient client(served.weir.address(), 4096);
  std::string request = "GET /bytes/100000 HTTP/1.1\r\nHost: a\r\n\r\n";
  std::string all;
  for (int i = 0; i < 200; ++i) all += request;
  client.send(all);
  served.weir.wait_metric("weir_http_requests_in_flight", 1);
  int right = 0;
  for (int i = 0; i < 200; ++i) right += client.response().body.size() == 100'000;
  CHECK(right == 200);
}

TEST_CASE("after limits.requests_per_connection the client is told and the connection ends") {
  Staged staged(FakeOrigin::answering(kOk), "limits: {requests_per_connection: 3}\n");
  RawClient client(staged.weir.address());
  CHECK_FALSE(client.get("/").fields.has("Connection"));
  CHECK_FALSE(client.get("/").fields.has("Connection"));
  CHECK(client.get("/").fields.value("Connection") == "close");
  check_closed(client);
  CHECK(staged.weir.metric("weir_limit_hits_total{limit=\"requests_per_connection\"}") == 1);
}

TEST_CASE("empty lines before a request are passed over") {
  Staged staged(FakeOrigin::answering(kOk));
  RawClient client(staged.weir.address());
  CHECK(client.ask("\r\n" + get(1)).status() == 200);
  CHECK(client.ask("\r\n\r\n" + get(2)).status() == 200);
}

}  // namespace weir::proxying
