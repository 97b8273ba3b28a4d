#include <doctest/doctest.h>

#include "system/deadlines/setup.h"

namespace weir::deadlines {

TEST_CASE("client_header: a client that sends nothing is closed without an answer") {
  BackendProcess backend;
  WeirProcess weir(client_config(backend.address(), "client_header"));
  Stopwatch watch;
  RawClient client(weir.address());
  CHECK(client.read_to_end().empty());
  CHECK(watch.passed_deadline());
  CHECK(client.end() == End::kFin);
  check_counted(weir, "client_header");
  weir.wait_metric("weir_connections_closed_total{reason=\"timeout\"}", 1);
}

TEST_CASE("client_header: half a head is answered by 408 and closed") {
  BackendProcess backend;
  WeirProcess weir(client_config(backend.address(), "client_header"));
  Stopwatch watch;
  RawClient client(weir.address());
  client.send("GET /echo HTTP/1.1\r\nHost: te");
  Message answer = client.response();
  CHECK(answer.status() == 408);
  CHECK(answer.fields.value("Connection") == "close");
  CHECK(watch.passed_deadline());
  CHECK(client.read_to_end().empty());
  check_counted(weir, "client_header");
  weir.wait_metric("weir_http_requests_rejected_total{reason=\"client_header_timeout\"}", 1);
  weir.process().wait_err_line(
      "408: timeouts.client_header (150ms) passed before the head was whole");
}

TEST_CASE("client_header: the deadline does not move with the bytes of a head") {
  BackendProcess backend;
  WeirProcess weir(client_config(backend.address(), "client_header"));
  RawClient client(weir.address());
  client.send("GET /echo HTTP/1.1\r\nHost: test\r\nX-Slow: ");
  auto deadline = Clock::now() + support::kPatience / 2;
  while (!client.readable(Milliseconds(10)) && Clock::now() < deadline) client.try_send("s");
  CHECK(client.response().status() == 408);
}

TEST_CASE("client_header: a later request has the whole time from its first byte on") {
  BackendProcess backend;
  WeirProcess weir(client_config(backend.address(), "client_header"));
  RawClient client(weir.address());
  CHECK(client.get("/echo").status() == 200);
  // Idle for longer than client_header: client_idle is what counts here.
  CHECK_FALSE(client.readable(2 * kTime));
  Stopwatch watch;
  client.send("GET /echo HT");
  CHECK(client.response().status() == 408);
  CHECK(watch.passed_deadline());
  check_counted(weir, "client_header");
}

TEST_CASE(
    "client_body: a body that stops is answered by 408 and never reaches a backend as whole") {
  FakeOrigin origin([](Connection& connection) {
    connection.request();
    connection.read_to_end();
  });
  WeirProcess weir(client_config(origin.address(), "client_body"));
  Stopwatch watch;
  RawClient client(weir.address());
  client.send("POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nhalf");
  Message answer = client.response();
  CHECK(answer.status() == 408);
  CHECK(answer.fields.value("Connection") == "close");
  CHECK(watch.passed_deadline());
  check_counted(weir, "client_body");
  origin.wait_ended(1);
  for (const auto& request : origin.requests()) CHECK_FALSE(request.complete);
  weir.process().wait_err_line("408: timeouts.client_body (150ms) passed without a byte");
}

TEST_CASE("client_body: the deadline moves with each advance of the body") {
  BackendProcess backend;
  WeirProcess weir(
      config_to(backend.address(), "max_fails: 3", "timeouts: {client_body: 600ms}\n"));
  RawClient client(weir.address());
  client.send("POST /drain HTTP/1.1\r\nHost: test\r\nContent-Length: 20\r\n\r\n");
  for (int i = 0; i < 20; ++i) {
    CHECK_FALSE(client.readable(Milliseconds(50)));
    client.send("b");
  }
  CHECK(client.response().status() == 200);
  CHECK(weir.metric("weir_timeouts_total") == 0);
}

TEST_CASE("client_idle: an idle connection is closed without an answer") {
  BackendProcess backend;
  WeirProcess weir(client_config(backend.address(), "client_idle"));
  RawClient client(weir.address());
  for (int i = 0; i < 3; ++i) CHECK(client.get("/echo").status() == 200);
  Stopwatch watch;
  CHECK(client.read_to_end().empty());
  CHECK(watch.passed_deadline());
  CHECK(client.end() == End::kFin);
  check_counted(weir, "client_idle");
  weir.wait_metric("weir_connections_closed_total{reason=\"idle_timeout\"}", 1);
}

TEST_CASE("client_idle: does not count while an answer is awaited") {
  BackendProcess backend;
  WeirProcess weir(client_config(backend.address(), "client_idle"));
  RawClient client(weir.address());
  CHECK(client.get("/delay/500").status() == 200);
  CHECK(weir.metric("weir_timeouts_total") == 0);
}

TEST_CASE("client_write: a client that takes nothing of its answer is cut") {
  BackendProcess backend;
  WeirProcess weir(client_config(backend.address(), "client_write"));
  RawClient client(weir.address(), 4096);
  Stopwatch watch;
  client.send("GET /bytes/100000000 HTTP/1.1\r\nHost: test\r\n\r\n");
  check_counted(weir, "client_write");
  CHECK(watch.passed_deadline());
  weir.wait_metric("weir_connections_open", 0);
  Message answer = client.response();
  CHECK(answer.status() == 200);
  CHECK_FALSE(answer.complete);
  weir.wait_metric("weir_upstream_connections", 0);
}

TEST_CASE("linger: a connection that is being closed is read until nothing comes for so long") {
  BackendProcess backend;
  WeirProcess weir(client_config(backend.address(), "linger"));
  RawClient client(weir.address());
  Stopwatch watch;
  client.send("BROKEN\r\n\r\n");
  CHECK(client.response().status() == 400);
  CHECK(client.read_to_end().empty());
  CHECK(client.end() == End::kFin);
  // Our side has not said its end: weir has, and waits for what may still be on its way.
  CHECK(weir.metric("weir_connections_open") == 1);
  check_counted(weir, "linger");
  CHECK(watch.passed_deadline());
  CHECK(weir.metric("weir_connections_open") == 0);
}

TEST_CASE("linger: ends at once when the client closes") {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address(), "max_fails: 3", "timeouts: {linger: 30s}\n"));
  RawClient client(weir.address());
  client.send("BROKEN\r\n\r\n");
  CHECK(client.response().status() == 400);
  client.close();
  weir.wait_metric("weir_connections_open", 0);
  CHECK(weir.metric("weir_timeouts_total") == 0);
}

}  // namespace weir::deadlines
