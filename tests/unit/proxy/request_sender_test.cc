#include "proxy/request_sender.h"

#include <doctest/doctest.h>

#include "stage.h"

namespace weir::proxy {

namespace {

// The Host line that the backend got.
std::string host_sent(Stage& stage, const std::string& head) {
  Client client(stage, head);
  const std::string& got = stage.connector.last().received();
  auto at = got.find("\r\nHost: ") + 8;
  return got.substr(at, got.find("\r\n", at) - at);
}

http::Template made(std::string_view text) {
  auto compiled = http::Template::compile(text);
  REQUIRE(compiled.ok());
  return std::move(compiled.value());
}

}  // namespace

TEST_CASE("the client's authority is sent as Host, with its port") {
  Stage stage;
  CHECK(host_sent(stage, "GET / HTTP/1.1\r\nHost: Example.com:8080\r\n") == "Example.com:8080");
}

TEST_CASE("the authority of an absolute-form target goes before Host") {
  Stage stage;
  CHECK(host_sent(stage, "GET http://one.example/ HTTP/1.1\r\nHost: two.example\r\n") ==
        "one.example");
}

TEST_CASE("a request without authority gets the endpoint's name") {
  Stage stage;
  CHECK(host_sent(stage, "GET / HTTP/1.0\r\n") == "127.0.0.1:9001");
}

TEST_CASE("a rule of the route sets Host") {
  Stage stage;
  stage.proxy_options.host_header = made("backend.internal");
  CHECK(host_sent(stage, "GET / HTTP/1.1\r\nHost: a\r\n") == "backend.internal");
}

TEST_CASE("rewrites, edits and Forwarded of the route go out") {
  Stage stage;
  auto rewrite = http::PathRewrite::compile({.strip_prefix = "/a"});
  REQUIRE(rewrite.ok());
  http::FieldEdits edits;
  edits.remove("Cookie");
  edits.set("X-Real-IP", made("$remote_addr"));
  stage.proxy_options.rewrite = &rewrite.value();
  stage.proxy_options.request_edits = &edits;
  stage.proxy_options.forwarded = true;
  Client client(stage, "GET /a/b?c HTTP/1.1\r\nHost: a\r\nCookie: secret=1\r\nX-Kept: 1\r\n");
  const std::string& got = stage.connector.last().received();
  CHECK(got.starts_with("GET /b?c HTTP/1.1\r\nHost: a\r\nX-Kept: 1\r\n"));
  CHECK(got.find("secret") == std::string::npos);
  CHECK(got.find("\r\nX-Real-IP: " + std::string(client.request().client) + "\r\n") !=
        std::string::npos);
  CHECK(got.find("\r\nForwarded: for=") != std::string::npos);
}

TEST_CASE("what a rule makes is sent as Host only where it is one") {
  Stage stage;
  stage.proxy_options.host_header = made("$http_x_host");
  CHECK(host_sent(stage, "GET / HTTP/1.1\r\nHost: a\r\nX-Host: b.c\r\n") == "b.c");
  CHECK(host_sent(stage, "GET / HTTP/1.1\r\nHost: a\r\nX-Host: b c/d\r\n") == "a");
  CHECK(host_sent(stage, "GET / HTTP/1.1\r\nHost: a\r\n") == "a");
}

TEST_CASE("an HTTP/1.0 request goes on as HTTP/1.1, its expectation ignored") {
  Stage stage;
  Client client(stage, "POST /x HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n");
  client.send("a");
  client.finish();
  const std::string& got = stage.backend().received();
  CHECK(got.starts_with("POST /x HTTP/1.1\r\n"));
  CHECK(got.find("Expect") == std::string::npos);
  CHECK(got.ends_with("\r\n\r\na"));
}

TEST_CASE("a body of known length is sent as it is, without a copy") {
  Stage stage;
  Client client(stage, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n");
  stage.backend().take();
  client.send("1234");
  client.finish();
  CHECK(stage.backend().received() == "1234");
}

}  // namespace weir::proxy
