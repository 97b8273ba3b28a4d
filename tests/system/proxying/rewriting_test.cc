#include <doctest/doctest.h>

#include "system/proxying/setup.h"

namespace weir::proxying {

namespace {

const char* const kOk =
    "HTTP/1.1 200 OK\r\nServer: secret/1.2\r\nX-Accel-Redirect: /internal\r\n"
    "Content-Length: 2\r\n\r\nok";

// A weir whose route /shop/ goes to the origin with these further keys.
struct Rewriting {
  explicit Rewriting(const std::string& keys,
                     FakeOrigin::Script script = FakeOrigin::answering(kOk))
      : staged(std::move(script), "routes:\n  - {path: /shop/, upstream: app, " + keys + "}\n") {}

  Message ask(const std::string& target, const std::string& lines = "") {
    RawClient client(staged.weir.address());
    return client.ask("GET " + target + " HTTP/1.1\r\nHost: shop.example\r\n" + lines + "\r\n");
  }
  Message seen() { return staged.origin.requests().back(); }

  Staged staged;
};

// Sends whoever asks to the Host that it was asked by, which is what most frameworks do.
void redirect_to_itself(Connection& connection) {
  while (connection.another()) {
    std::string host = connection.request().fields.value("Host");
    connection.send("HTTP/1.1 302 Found\r\nLocation: http://" + host +
                    "/login?next=1\r\nContent-Length: 0\r\n\r\n");
  }
}

}  // namespace

TEST_CASE("a backend gets the path that the route makes, and the query as it came") {
  Rewriting weir(
      "rewrite: {strip_prefix: /shop, add_prefix: /v2, replace: [\"/id-([0-9]+)$\", "
      "\"/item/$1\"]}");
  CHECK(weir.ask("/shop/id-7?color=red&x=%20").status() == 200);
  CHECK(weir.seen().start_line == "GET /v2/item/7?color=red&x=%20 HTTP/1.1");
  CHECK(weir.ask("/shop/a/../b").status() == 200);
  CHECK(weir.seen().start_line == "GET /v2/b HTTP/1.1");
}

TEST_CASE("headers are set, added and removed on both ways") {
  Rewriting weir(
      "host_header: \"api.internal\", forwarded: on, "
      "request_headers: {set: {X-Real-IP: $remote_addr, X-Original: "
      "\"$scheme://$host$request_uri\"},"
      " remove: [Cookie]}, "
      "response_headers: {set: {Server: weir}, add: {X-Served-By: \"weir $request_method\"}}");
  Message answer = weir.ask("/shop/a?b", "Cookie: secret=1\r\nX-Real-IP: 6.6.6.6\r\n");
  Message request = weir.seen();
  CHECK(request.fields.value("Host") == "api.internal");
  CHECK(request.fields.value("X-Real-IP") == "127.0.0.1");
  CHECK(request.fields.value("X-Original") == "http://shop.example/shop/a?b");
  CHECK(request.fields.value("Forwarded") == "for=127.0.0.1;host=\"shop.example\";proto=http");
  CHECK_FALSE(request.fields.has("Cookie"));
  CHECK(answer.fields.value("Server") == "weir");
  CHECK(answer.fields.value("X-Served-By") == "weir GET");
  CHECK_FALSE(answer.fields.has("X-Accel-Redirect"));
}

TEST_CASE("a redirect of the backend to itself leads clients through weir") {
  Rewriting mapped("rewrite: {strip_prefix: /shop}, host_header: $proxy_host", redirect_to_itself);
  Message answer = mapped.ask("/shop/a");
  CHECK(answer.status() == 302);
  CHECK(mapped.seen().fields.value("Host") == mapped.staged.origin.address());
  CHECK(answer.fields.value("Location") == "http://shop.example/shop/login?next=1");
  Rewriting as_it_came("host_header: $proxy_host, proxy_redirect: off", redirect_to_itself);
  CHECK(as_it_came.ask("/shop/a").fields.value("Location") ==
        "http://" + as_it_came.staged.origin.address() + "/login?next=1");
}

}  // namespace weir::proxying
