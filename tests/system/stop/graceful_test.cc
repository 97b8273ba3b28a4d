#include <doctest/doctest.h>

#include <list>

#include "system/stop/setup.h"

namespace weir::stop {

TEST_CASE("QUIT: every request in flight is answered whole, with Connection: close") {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address(), "workers: 2\n"));
  std::list<RawClient> clients;
  for (int i = 0; i < 50; ++i) {
    RawClient& client = clients.emplace_back(weir.address());
    CHECK(client.get("/").status() == 200);
    client.send(get("/delay/300"));
  }
  weir.wait_metric("weir_http_requests_in_flight", 50);
  weir.process().signal(SIGQUIT);
  for (auto& client : clients) {
    Message answer = client.response();
    CHECK(answer.status() == 200);
    CHECK(answer.complete);
    CHECK(answer.fields.value("Connection") == "close");
    CHECK(client.read_to_end().empty());
    CHECK(client.end() == End::kFin);
  }
  CHECK(weir.process().wait() == 0);
  CHECK(refuses(weir.address()));
}

TEST_CASE("QUIT: bodies under way in either direction come to their end") {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address()));
  RawClient download(weir.address());
  download.send(get("/drip?count=10&ms=30&size=1000"));
  CHECK(support::read_response_head(download).status() == 200);
  RawClient upload(weir.address());
  upload.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nfirst");
  weir.wait_metric("weir_http_requests_in_flight", 2);
  weir.process().signal(SIGQUIT);
  support::wait_until("the listener's end", [&] { return refuses(weir.address()); });
  upload.send("-last");
  Message echo = upload.response();
  CHECK(echo.status() == 200);
  CHECK(echo.complete);
  CHECK(echo.body.ends_with("\n\nfirst-last"));
  // Ten chunks of 1,000 bytes and their frames.
  CHECK(download.read_until("\r\n0\r\n\r\n").size() > 10'000);
  CHECK(weir.process().wait() == 0);
}

TEST_CASE("QUIT: idle connections are closed at once and nothing new is accepted") {
  FakeOrigin origin(FakeOrigin::hanging());
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address()));
  RawClient idle(weir.address());
  CHECK(idle.get("/").status() == 200);
  RawClient busy(weir.address());
  busy.send(get("/delay/1000"));
  weir.wait_metric("weir_http_requests_in_flight", 1);
  weir.process().signal(SIGQUIT);
  CHECK(idle.read_to_end().empty());
  CHECK(idle.end() == End::kFin);
  support::wait_until("the listener's end", [&] { return refuses(weir.address()); });
  // The admin listener tells who asks what goes on.
  Message readiness = RawClient(weir.admin()).get("/readyz");
  CHECK(readiness.status() == 503);
  CHECK(readiness.body == "draining\n");
  CHECK_FALSE(busy.readable());
  CHECK(busy.response().status() == 200);
  CHECK(weir.process().wait() == 0);
}

TEST_CASE("QUIT: what waits in the kernel's queue is still answered") {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address(), "workers: 2\n"));
  weir.process().signal(SIGSTOP);
  std::list<RawClient> clients;
  for (int i = 0; i < 40; ++i) clients.emplace_back(weir.address()).send(get("/users/7"));
  weir.process().signal(SIGQUIT);
  weir.process().signal(SIGCONT);
  int well = 0;
  for (auto& client : clients) {
    Message answer = client.response();
    well += answer.status() == 200 && answer.complete ? 1 : 0;
  }
  CHECK(well == 40);
  CHECK(weir.process().wait() == 0);
}

TEST_CASE("QUIT: pipelined requests that have come are answered") {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address()));
  RawClient client(weir.address());
  client.send(get("/delay/200") + get("/users/1") + get("/users/2"));
  weir.wait_metric("weir_http_requests_in_flight", 1);
  weir.process().signal(SIGQUIT);
  Message answer = client.response();
  CHECK(answer.status() == 200);
  // With Connection: close on it nothing behind it is owed (RFC 9112 section 9.6); without, it is.
  while (answer.fields.value("Connection") != "close") {
    answer = client.response();
    CHECK(answer.status() == 200);
    CHECK(answer.complete);
  }
  // weir lingers for as long as we may still be sending.
  client.close();
  CHECK(weir.process().wait() == 0);
}

TEST_CASE("QUIT is bounded by timeouts.drain") {
  FakeOrigin origin(FakeOrigin::hanging());
  WeirProcess weir(config_to(origin.address(), "timeouts: {drain: 200ms}\n"));
  RawClient client(weir.address());
  client.send(get("/a"));
  origin.wait_requests(1);
  auto start = Clock::now();
  weir.process().signal(SIGQUIT);
  CHECK(client.read_to_end().empty());
  CHECK(weir.process().wait() == 0);
  CHECK(Clock::now() - start >= Milliseconds(180));
  CHECK(Clock::now() - start < std::chrono::seconds(10));
}

TEST_CASE("QUIT with a drain of 0 waits as long as it takes") {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address(), "timeouts: {drain: 0}\n"));
  RawClient client(weir.address());
  client.send(get("/delay/500"));
  weir.wait_metric("weir_http_requests_in_flight", 1);
  weir.process().signal(SIGQUIT);
  CHECK(client.response().status() == 200);
  CHECK(weir.process().wait() == 0);
}

TEST_CASE("TERM ends a graceful stop at once, and a second QUIT does not harm it") {
  FakeOrigin origin(FakeOrigin::hanging());
  WeirProcess weir(config_to(origin.address(), "timeouts: {drain: 10m}\n"));
  RawClient client(weir.address());
  client.send(get("/a"));
  origin.wait_requests(1);
  weir.process().signal(SIGQUIT);
  weir.process().signal(SIGQUIT);
  support::wait_until("the listener's end", [&] { return refuses(weir.address()); });
  CHECK(weir.process().running());
  weir.process().signal(SIGTERM);
  CHECK(weir.process().wait() == 0);
  CHECK(client.read_to_end().empty());
}

TEST_CASE("QUIT: a client that has connected and sent nothing holds up nobody for long") {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address(), "timeouts: {drain: 10m}\n"));
  RawClient silent(weir.address());
  weir.wait_metric("weir_connections_open", 1);
  weir.process().signal(SIGQUIT);
  CHECK(silent.read_to_end().empty());
  CHECK(weir.process().wait() == 0);
}

}  // namespace weir::stop
