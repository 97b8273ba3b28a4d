#include <doctest/doctest.h>

#include "system/proxying/setup.h"

namespace weir::proxying {

namespace {

const char* const kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const char* const kWaiting =
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";

void read_body_after_continue(Connection& connection) {
  connection.request_head();
  connection.send("HTTP/1.1 100 Continue\r\n\r\n");
  connection.read(5);
  connection.send(kOk);
}

}  // namespace

TEST_CASE("curl sends a big body when the backend's 100 came back") {
  Served served;
  TempDir dir;
  std::string file = dir.write("body", std::string(2'000'000, 'b'));
  CurlResult result = curl({"-H", "Expect: 100-continue", "--expect100-timeout", "20",
                            "--data-binary", "@" + file, served.weir.url("/drain")});
  CHECK(result.exit == 0);
  REQUIRE(result.heads.size() == 2);
  CHECK(result.heads[0].status() == 100);
  CHECK(result.status() == 200);
  CHECK(result.body.find("2000000") != std::string::npos);
}

TEST_CASE("Expect: 100-continue goes upstream before the body, and the backend's 100 comes back") {
  Staged staged(read_body_after_continue);
  RawClient client(staged.weir.address());
  client.send(kWaiting);
  CHECK(read_response_head(client).status() == 100);
  CHECK(staged.origin.requests().at(0).fields.value("Expect") == "100-continue");
  client.send("hello");
  Message answer = client.response();
  CHECK(answer.status() == 200);
  CHECK(answer.interim.empty());
  CHECK(staged.origin.problems().empty());
}

TEST_CASE("a backend that says no 100 does not hold up the client for ever") {
  Staged staged([](Connection& connection) {
    connection.request();
    connection.send(kOk);
  });
  RawClient client(staged.weir.address());
  auto begin = support::Clock::now();
  client.send(kWaiting);
  Message early = read_response_head(client);
  CHECK(early.status() == 100);  // weir's own
  CHECK(support::Clock::now() - begin >= Milliseconds(900));
  client.send("hello");
  CHECK(client.response().status() == 200);
  CHECK(staged.origin.requests().at(0).body == "hello");
}

TEST_CASE("a body that comes unasked is forwarded") {
  Staged staged([](Connection& connection) {
    connection.request();
    connection.send(kOk);
  });
  RawClient client(staged.weir.address());
  auto begin = support::Clock::now();
  client.send(kWaiting + std::string("hello"));
  CHECK(client.response().status() == 200);
  CHECK(support::Clock::now() - begin < Milliseconds(900));
  CHECK(staged.origin.requests().at(0).body == "hello");
}

TEST_CASE("a final answer in place of the 100 passes, and the connection ends with it") {
  Staged staged([](Connection& connection) {
    connection.request_head();
    connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    connection.read_to_end();
  });
  RawClient client(staged.weir.address());
  client.send(kWaiting);
  Message answer = client.response();
  CHECK(answer.status() == 403);
  CHECK(answer.interim.empty());
  CHECK(answer.body == "no");
  CHECK(client.read_to_end().empty());
  CHECK(client.end() == End::kFin);
  staged.origin.wait_ended(1);
}

TEST_CASE("a limit known from the head answers at once, without a 100") {
  Staged staged(FakeOrigin::answering(kOk), "limits: {body: 4}\n");
  RawClient client(staged.weir.address());
  client.send(kWaiting);
  Message answer = client.response();
  CHECK(answer.status() == 413);
  CHECK(answer.interim.empty());
  CHECK(staged.origin.connections() == 0);
}

TEST_CASE("Expect is ignored in HTTP/1.0") {
  Staged staged([](Connection& connection) {
    connection.request();
    connection.send(kOk);
  });
  RawClient client(staged.weir.address());
  client.send("POST /a HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello");
  Message answer = client.response();
  CHECK(answer.status() == 200);
  CHECK(answer.interim.empty());
  CHECK_FALSE(staged.origin.requests().at(0).fields.has("Expect"));
}

TEST_CASE("interim answers pass to clients of HTTP/1.1, in order, and not to those of 1.0") {
  Staged staged([](Connection& connection) {
    while (connection.another()) {
      connection.request();
      connection.send(
          "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
          "HTTP/1.1 102 Processing\r\n\r\n");
      connection.send(kOk);
    }
  });
  RawClient client(staged.weir.address());
  for (int i = 0; i < 2; ++i) {
    Message answer = client.get("/");
    REQUIRE(answer.interim.size() == 2);
    CHECK(answer.interim[0].status() == 103);
    CHECK(answer.interim[0].fields.value("Link") == "</a.css>; rel=preload");
    CHECK(answer.interim[1].status() == 102);
    CHECK(answer.status() == 200);
    CHECK(answer.body == "ok");
  }
  RawClient old(staged.weir.address());
  Message answer = old.ask("GET / HTTP/1.0\r\n\r\n");
  CHECK(answer.interim.empty());
  CHECK(answer.body == "ok");
}

TEST_CASE("an interim answer reaches the client before the final one is there") {
  Staged staged([](Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
    connection.read_to_end();
  });
  RawClient client(staged.weir.address());
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(read_response_head(client).status() == 103);
}

}  // namespace weir::proxying
