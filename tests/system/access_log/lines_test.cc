#include <doctest/doctest.h>

#include "system/access_log/setup.h"

namespace weir::access_log {

namespace {

constexpr const char* kLog = "path: access.log, flush: 5ms";

// A weir with a log file, and what it logged last.
struct Logged {
  explicit Logged(const std::string& address, const std::string& more = "")
      : weir(config_of(address, kLog, more)) {}

  // The line of one more request, without its time.
  std::string next() {
    auto lines = wait_lines(weir.dir().path("access.log"), ++count);
    REQUIRE(lines.size() == count);
    return without_time(lines.back());
  }
  // The answer to `request` on a connection of its own.
  Message ask(const std::string& request, const std::string& method = "GET") {
    RawClient client(weir.address());
    return client.ask(request, method);
  }

  WeirProcess weir;
  std::size_t count = 0;
};

std::string length_of(const Message& answer) { return std::to_string(answer.body.size()); }

}  // namespace

TEST_CASE("a line is nginx's combined format") {
  BackendProcess backend;
  Logged log(backend.address());
  log.ask(
      "GET /bytes/100?a=1&b=%20 HTTP/1.1\r\nHost: shop\r\nReferer: http://shop/start\r\n"
      "User-Agent: curl/8.0 (test)\r\n\r\n");
  CHECK(log.next() ==
        "127.0.0.1 - - [TIME] \"GET /bytes/100?a=1&b=%20 HTTP/1.1\" 200 100 \"http://shop/start\" "
        "\"curl/8.0 (test)\"");
}

TEST_CASE("what is not there is a dash, and the version is the client's") {
  BackendProcess backend;
  Logged log(backend.address());
  log.ask("GET /bytes/7 HTTP/1.0\r\n\r\n");
  CHECK(log.next() == "127.0.0.1 - - [TIME] \"GET /bytes/7 HTTP/1.0\" 200 7 \"-\" \"-\"");
}

TEST_CASE("the bytes are those of the body that was sent") {
  BackendProcess backend;
  Logged log(backend.address());
  log.ask("HEAD /bytes/100 HTTP/1.1\r\nHost: a\r\n\r\n", "HEAD");
  CHECK(log.next() == "127.0.0.1 - - [TIME] \"HEAD /bytes/100 HTTP/1.1\" 200 0 \"-\" \"-\"");
  Message chunked = log.ask("GET /bytes/5000?chunked=1 HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(chunked.body.size() == 5000);
  CHECK(log.next() ==
        "127.0.0.1 - - [TIME] \"GET /bytes/5000?chunked=1 HTTP/1.1\" 200 5000 \"-\" \"-\"");
  log.ask("GET /status/204 HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(log.next() == "127.0.0.1 - - [TIME] \"GET /status/204 HTTP/1.1\" 204 0 \"-\" \"-\"");
}

TEST_CASE("quotes, backslashes, control bytes and bytes beyond ASCII are escaped as nginx does") {
  BackendProcess backend;
  Logged log(backend.address());
  log.ask(
      "GET /bytes/1 HTTP/1.1\r\nHost: a\r\nReferer: \"quoted\\back\"\r\n"
      "User-Agent: caf\xC3\xA9\t\x80\xFF~\r\n\r\n");
  CHECK(log.next() ==
        "127.0.0.1 - - [TIME] \"GET /bytes/1 HTTP/1.1\" 200 1 \"\\x22quoted\\x5Cback\\x22\" "
        "\"caf\\xC3\\xA9\\x09\\x80\\xFF~\"");
}

TEST_CASE("weir's own errors are logged too: 404, 502, 400 and 408") {
  RefusingPort refusing;
  Logged log(refusing.address(),
             "routes: [{path: /a, upstream: app}]\ntimeouts: {client_header: 100ms}\n");
  Message answer = log.ask("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(answer.status() == 404);
  CHECK(log.next() ==
        "127.0.0.1 - - [TIME] \"GET /nowhere HTTP/1.1\" 404 " + length_of(answer) + " \"-\" \"-\"");
  answer = log.ask("DELETE /a HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(answer.status() == 502);
  CHECK(log.next() ==
        "127.0.0.1 - - [TIME] \"DELETE /a HTTP/1.1\" 502 " + length_of(answer) + " \"-\" \"-\"");
  answer = log.ask("BROKEN\r\n\r\n");
  CHECK(answer.status() == 400);
  CHECK(log.next() == "127.0.0.1 - - [TIME] \"-\" 400 " + length_of(answer) + " \"-\" \"-\"");
  answer = log.ask("GET /a HTTP/1.1\r\nHo");
  CHECK(answer.status() == 408);
  CHECK(log.next() == "127.0.0.1 - - [TIME] \"-\" 408 " + length_of(answer) + " \"-\" \"-\"");
}

TEST_CASE("a client that leaves before its answer is 499") {
  FakeOrigin origin(FakeOrigin::hanging());
  Logged log(origin.address());
  RawClient client(log.weir.address());
  client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
  origin.wait_requests(1);
  client.reset();
  CHECK(log.next() == "127.0.0.1 - - [TIME] \"GET /a HTTP/1.1\" 499 0 \"-\" \"-\"");
}

TEST_CASE("a connection without a request is not logged") {
  BackendProcess backend;
  Logged log(backend.address());
  for (int i = 0; i < 5; ++i) RawClient(log.weir.address()).close();
  log.weir.wait_metric("weir_connections_closed_total", 5);
  log.ask("GET /bytes/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(log.next() == "127.0.0.1 - - [TIME] \"GET /bytes/1 HTTP/1.1\" 200 1 \"-\" \"-\"");
}

TEST_CASE("behind a trusted proxy the address is the client's") {
  BackendProcess backend;
  Logged trusting(backend.address(), "trusted_proxies: [127.0.0.0/8]\n");
  std::string request =
      "GET /bytes/1 HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.9, 127.0.0.3\r\n\r\n";
  trusting.ask(request);
  CHECK(trusting.next().starts_with("198.51.100.9 - - [TIME] "));
  Logged other(backend.address());
  other.ask(request);
  CHECK(other.next().starts_with("127.0.0.1 - - [TIME] "));
}

TEST_CASE("without a key the log goes to standard output") {
  BackendProcess backend;
  WeirProcess weir("listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + backend.address() +
                   "\"]}\naccess_log: on\n");
  CHECK(RawClient(weir.address()).get("/bytes/3").status() == 200);
  CHECK(without_time(weir.process().wait_out_line("GET")) ==
        "127.0.0.1 - - [TIME] \"GET /bytes/3 HTTP/1.1\" 200 3 \"-\" \"-\"");
}

}  // namespace weir::access_log
