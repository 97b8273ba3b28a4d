#include <doctest/doctest.h>

#include "system/routing/setup.h"

namespace weir::routing {

namespace {

// The name of the route that answers; the status where none does.
std::string taker(const WeirProcess& weir, std::vector<std::string> arguments,
                  const std::string& target, std::size_t listener = 0) {
  arguments.push_back(weir.url(target, listener));
  CurlResult result = curl(arguments);
  return result.status() == 200 ? result.body : std::to_string(result.status());
}

const std::string kRoutes =
    "listen: [\"127.0.0.1:0\", \"[::1]:0\"]\nroutes:\n" + named("plain", "path: /a") +
    named("beta", "path: /a, headers: {X-Beta: \"1\"}") +
    named("debug",
          "path: /a, query: {debug: \"*\"}, headers: {X-Beta: "
          "\"*\"}") +
    named("member",
          "path: /a, cookies: {member: \"~ ^[0-9]+$\"}, not: "
          "{cookies: {opt_out: \"1\"}}") +
    named("v6", "path: /a, client: \"::1\"") + named("writes", "path: /a, method: [PUT, PATCH]");

}  // namespace

TEST_CASE("conditions on method, header, query, cookie and client choose among routes of a path") {
  WeirProcess weir(kRoutes);
  CHECK(taker(weir, {}, "/a") == "plain");
  CHECK(taker(weir, {"-H", "x-beta: 1"}, "/a") == "beta");
  CHECK(taker(weir, {"-H", "X-Beta: 2"}, "/a") == "plain");
  CHECK(taker(weir, {}, "/a?debug") == "plain");
  CHECK(taker(weir, {"-H", "X-Beta: 1"}, "/a?x=1&d%65bug=") == "debug");
  CHECK(taker(weir, {"-b", "a=b; member=17"}, "/a") == "member");
  CHECK(taker(weir, {"-b", "member=x"}, "/a") == "plain");
  CHECK(taker(weir, {"-b", "member=17; opt_out=1"}, "/a") == "plain");
  CHECK(taker(weir, {"-X", "PATCH"}, "/a") == "writes");
  CHECK(taker(weir, {"-g"}, "/a", 1) == "v6");
}

TEST_CASE("a listener may be asked for") {
  // Ports are the kernel's, so the listeners are told apart by a socket's path.
  support::TempDir dir;
  std::string socket = dir.path("weir.sock");
  WeirProcess weir("listen: [\"127.0.0.1:0\", \"unix:" + socket + "\"]\nroutes:\n" +
                   named("inside", "listener: \"unix:" + socket + "\", client: \"unix:\"") +
                   named("outside", "not: {listener: \"unix:" + socket + "\"}"));
  CHECK(taker(weir, {}, "/") == "outside");
  CHECK(curl({"--unix-socket", socket, "http://a.example/"}).body == "inside");
}

TEST_CASE("405 where another method would find a route, with all of these in Allow") {
  WeirProcess weir("listen: \"127.0.0.1:0\"\nroutes:\n" + named("reads", "path: /a, method: GET") +
                   named("purges", "path: = /a, method: [PURGE, DELETE]") +
                   named("beta", "path: /a, method: POST, headers: {X-Beta: \"1\"}"));
  CurlResult refused = curl({"-X", "POST", weir.url("/a")});
  CHECK(refused.status() == 405);
  CHECK(refused.field("Allow") == "GET, HEAD, DELETE, PURGE");
  CHECK(refused.body.find("405") != std::string::npos);
  CHECK(curl({"-X", "POST", "-H", "X-Beta: 1", weir.url("/a")}).status() == 200);
  CHECK(curl({"-I", weir.url("/a")}).status() == 200);
  CHECK(curl({"-X", "PURGE", weir.url("/a")}).status() == 200);
  CHECK(curl({"-X", "PURGE", weir.url("/b")}).status() == 404);
  CHECK(weir.metric("weir_http_requests_rejected_total{reason=\"method_not_allowed\"}") == 1);
  CHECK(weir.metric("weir_http_requests_total{route=\"none\",code=\"405\"}") == 1);
}

TEST_CASE("a catch-all route takes what others refuse for the method") {
  WeirProcess weir("listen: \"127.0.0.1:0\"\nroutes:\n" + named("reads", "path: /a, method: GET") +
                   "  - {name: all, respond: {body: all}}\n");
  CHECK(taker(weir, {"-X", "POST"}, "/a") == "all");
}

TEST_CASE("the path without its slash is redirected only where the conditions hold") {
  WeirProcess weir(
      "listen: \"127.0.0.1:0\"\nupstreams: {app: [\"127.0.0.1:9\"]}\nroutes:\n"
      "  - {path: /a/, headers: {X-Beta: \"1\"}, upstream: app}\n" +
      named("rest", "path: /"));
  CHECK(taker(weir, {}, "/a") == "rest");
  CurlResult result = curl({"-H", "X-Beta: 1", weir.url("/a?b=c")});
  CHECK(result.status() == 301);
  CHECK(result.field("Location") == "/a/?b=c");
}

}  // namespace weir::routing
