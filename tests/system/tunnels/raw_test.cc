// What no good WebSocket peer does, and what none can see.

#include <doctest/doctest.h>

#include <stdexcept>

#include "support/patience.h"
#include "system/tunnels/setup.h"

namespace weir::tunnels {

TEST_CASE("the handshake goes on with one Upgrade and one Connection, and so does the 101") {
  Staged staged([](Connection& connection) {
    accept(connection);
    connection.read_to_end();
  });
  RawClient client(staged.weir.address());
  Message head = open(client);
  CHECK(head.status() == 101);
  CHECK(head.fields.value("Upgrade") == "websocket");
  CHECK(head.fields.value("Connection") == "upgrade");
  CHECK(head.fields.value("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  CHECK(head.fields.value("Via") == "1.1 weir");
  CHECK_FALSE(head.fields.has("Content-Length"));
  staged.origin.wait_requests(1);
  Message request = staged.origin.requests().front();
  CHECK(request.fields.value("Upgrade") == "websocket");
  CHECK(request.fields.value("Connection") == "upgrade");
  CHECK(request.fields.value("Sec-WebSocket-Key") == "dGhlIHNhbXBsZSBub25jZQ==");
  client.shut_down();
  CHECK(client.read_to_end().empty());
  CHECK(client.end() == End::kFin);
}

TEST_CASE("either side's FIN is a half-close, and the other side may go on") {
  Staged staged([](Connection& connection) {
    accept(connection);
    bool client_first = connection.number() == 0;
    if (client_first) {
      std::string all = connection.read_to_end();
      connection.send("heard " + all);
      return;
    }
    connection.send("spoken");
    connection.shut_down();
    if (connection.read_to_end() != "answer") throw std::runtime_error("no answer");
  });
  RawClient first(staged.weir.address());
  CHECK(open(first).status() == 101);
  first.send("all");
  first.shut_down();
  CHECK(first.read_to_end() == "heard all");
  CHECK(first.end() == End::kFin);
  RawClient second(staged.weir.address());
  CHECK(open(second).status() == 101);
  CHECK(second.read_to_end() == "spoken");
  CHECK(second.end() == End::kFin);
  second.send("answer");
  second.shut_down();
  staged.origin.wait_ended(2);
  CHECK(staged.origin.problems().empty());
  staged.weir.wait_metric("weir_tunnels_open", 0);
}

TEST_CASE("an RST of either side is one for the other") {
  Staged staged([](Connection& connection) {
    accept(connection);
    if (connection.number() == 0) {
      connection.read(2);
      connection.reset();
      return;
    }
    connection.read_to_end();
    if (connection.end() != End::kReset) throw std::runtime_error("no reset");
  });
  RawClient first(staged.weir.address());
  CHECK(open(first).status() == 101);
  first.send("go");
  CHECK(first.read_to_end().empty());
  CHECK(first.end() == End::kReset);
  RawClient second(staged.weir.address());
  CHECK(open(second).status() == 101);
  second.reset();
  staged.origin.wait_ended(2);
  CHECK(staged.origin.problems().empty());
  staged.weir.wait_metric("weir_tunnels_open", 0);
  staged.weir.process().wait_err_line("broke the tunnel off");
}

TEST_CASE("bytes sent behind the handshake, before the 101, go through the tunnel") {
  Staged staged([](Connection& connection) {
    connection.request_head();
    if (connection.readable(Milliseconds(50))) throw std::runtime_error("early bytes");
    connection.send(kSwitch + "welcome");
    connection.send(connection.read(5));
  });
  RawClient client(staged.weir.address());
  client.send(kHandshake + "early");
  CHECK(support::read_response_head(client).status() == 101);
  CHECK(client.read(12) == "welcomeearly");
  CHECK(staged.origin.problems().empty());
}

TEST_CASE("a wrong handshake is refused and reaches no backend") {
  Staged staged(FakeOrigin::hanging());
  RawClient client(staged.weir.address());
  auto with = [](std::string from, std::string to) {
    std::string text = kHandshake;
    return text.replace(text.find(from), from.size(), to);
  };
  Message other = client.ask(with(": 13", ": 12"));
  CHECK(other.status() == 426);
  CHECK(other.fields.value("Sec-WebSocket-Version") == "13");
  CHECK(other.fields.value("Upgrade") == "websocket");
  CHECK(client.ask(with("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=")).status() == 400);
  CHECK(client.ask(with("Sec-WebSocket-Version: 13\r\n", "")).status() == 400);
  Message post = client.ask(with("GET", "POST"));
  CHECK(post.status() == 400);
  CHECK(staged.origin.connections() == 0);
  CHECK(staged.weir.metric("weir_http_requests_rejected_total{reason=\"bad_upgrade\"}") == 3);
  CHECK(staged.weir.metric("weir_http_requests_rejected_total{reason=\"upgrade_version\"}") == 1);
  staged.weir.process().wait_err_line("a version of WebSocket other than 13");
}

TEST_CASE("a 101 with a wrong proof, or that nobody asked for, is a bad gateway") {
  Staged staged([](Connection& connection) {
    connection.request_head();
    std::string wrong = kSwitch;
    if (connection.number() == 0) wrong.replace(wrong.find("s3pP"), 4, "AAAA");
    connection.send(wrong);
    connection.read_to_end();
  });
  RawClient client(staged.weir.address());
  CHECK(client.ask(kHandshake).status() == 502);
  CHECK(client.get("/").status() == 502);
  staged.origin.wait_ended(2);
  CHECK(staged.weir.metric("weir_upstream_failures_total{reason=\"malformed\"}") == 2);
}

TEST_CASE("tunnel_idle ends the silent one of two tunnels and leaves the other") {
  Staged staged(
      [](Connection& connection) {
        accept(connection);
        while (connection.another()) connection.send(connection.read_some());
      },
      "timeouts: {tunnel_idle: 500ms}\n");
  RawClient silent(staged.weir.address());
  RawClient busy(staged.weir.address());
  CHECK(open(silent).status() == 101);
  CHECK(open(busy).status() == 101);
  int turns = 0;
  for (; turns < 1'000 && !silent.readable(Milliseconds(20)); ++turns) {
    busy.send("x");
    CHECK(busy.read(1) == "x");
  }
  CHECK(turns > 3);
  CHECK(silent.read_to_end().empty());
  CHECK(silent.end() == End::kReset);
  busy.send("x");
  CHECK(busy.read(1) == "x");
}

TEST_CASE("the access log has its line at the tunnel's end, with the bytes that it carried") {
  Staged staged(
      [](Connection& connection) {
        accept(connection);
        connection.send(std::string(1'000, 'x'));
        connection.read_to_end();
      },
      "access_log: {path: access.log, flush: 5ms}\n");
  std::string path = staged.weir.dir().path("access.log");
  RawClient client(staged.weir.address());
  CHECK(open(client).status() == 101);
  client.read(1'000);
  CHECK(staged.weir.metric("weir_tunnels_open") == 1);
  CHECK(support::read_whole_file(path).empty());
  client.shut_down();
  client.read_to_end();
  support::wait_until("the line", [&] { return !support::read_whole_file(path).empty(); });
  CHECK(support::read_whole_file(path).find("\"GET /chat HTTP/1.1\" 101 1000 ") !=
        std::string::npos);
}

}  // namespace weir::tunnels
