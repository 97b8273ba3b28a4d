#include <doctest/doctest.h>

#include <vector>

#include "system/bad_input/setup.h"

namespace weir::bad_input {

namespace {

const std::vector<std::string>& malformed() {
  static const std::vector<std::string> kAnswers = {
      "SSH-2.0-OpenSSH_9.2\r\n\r\n",
      "HTTP/2.0 200 OK\r\n\r\n",
      "HTTP/1.1 OK\r\n\r\n",
      "HTTP/1.1 2000 OK\r\n\r\n",
      "HTTP/1.1 099 Odd\r\n\r\n",
      "HTTP/1.1 600 Odd\r\n\r\n",
      "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
      "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: y\r\n folded\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: a\001b\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n",
      std::string("\0\0\0\r\n\r\n", 7),
  };
  return kAnswers;
}

}  // namespace

TEST_CASE("a malformed answer is a 502 with its reason, and its connection is not used again") {
  std::size_t row = 0;
  Staged staged([&](Connection& connection) {
    connection.request();
    connection.try_send(malformed()[row]);
    connection.read_to_end();
  });
  for (row = 0; row < malformed().size(); ++row) {
    std::string begin = malformed()[row].substr(0, 100);
    CAPTURE(begin);
    RawClient client(staged.weir.address());
    Message answer = client.get("/");
    CHECK(answer.status() == 502);
    CHECK(answer.complete);
    CHECK(answer.fields.value("Server") == "weir");
    CHECK(staged.rejected("upstream_malformed") == static_cast<double>(row + 1));
    staged.origin.wait_ended(row + 1);
    CHECK(staged.origin.connections() == row + 1);  // and is not asked again
  }
  CHECK(staged.weir.metric("weir_upstream_failures_total{reason=\"malformed\"}") ==
        static_cast<double>(malformed().size()));
}

TEST_CASE("a backend that closes without an answer is a 502") {
  for (bool by_reset : {false, true}) {
    CAPTURE(by_reset);
    // With half a head, or with nothing at all.
    for (std::string said : {"", "HTTP/1.1 200 OK\r\nContent-"}) {
      CAPTURE(said);
      Staged staged([&](Connection& connection) {
        connection.request();
        connection.send(said);
        if (by_reset) connection.reset();
      });
      RawClient client(staged.weir.address());
      Message answer = client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
      CHECK(answer.status() == 502);
      CHECK(answer.complete);
      CHECK(staged.rejected("upstream_reset") == 1);
      CHECK(staged.origin.connections() == 1);  // a POST is not sent again
    }
  }
}

TEST_CASE("bytes behind an answer, or on an idle connection, never become another answer") {
  Staged staged([](Connection& connection) {
    while (connection.another()) {
      connection.request();
      connection.send(kOk + std::string("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"));
    }
  });
  RawClient client(staged.weir.address());
  for (int i = 0; i < 10; ++i) CHECK(client.get("/").body == "ok");
  CHECK(staged.origin.connections() == 10);
}

TEST_CASE("a refused connection is a 502") {
  std::string address;
  { support::Socket unused(support::listen_on("127.0.0.1:0", address)); }
  WeirProcess weir("listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + address + "\"]}\n");
  CurlResult result = curl({weir.url("/")});
  CHECK(result.status() == 502);
  CHECK(weir.metric("weir_http_requests_rejected_total{reason=\"upstream_connect\"}") == 1);
}

}  // namespace weir::bad_input
