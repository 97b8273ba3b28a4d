#include "proxy/location.h"

#include <doctest/doctest.h>

#include "stage.h"

namespace weir::proxy {

namespace {

// The Location that a client of a.example gets where the backend, 127.0.0.1:9001, says `location`.
std::string told(const ProxyOptions& options, std::string_view location,
                 std::string_view authority = "a.example:8080", unsigned status = 302) {
  base::Arena arena;
  http::Request request;
  request.arena = &arena;
  request.peer.scheme = "http";
  request.head.authority = authority;
  request.record.last_try.endpoint = "127.0.0.1:9001";
  http::Fields given;
  given.add(arena, "X-Before", "1");
  given.add(arena, "Location", location);
  http::Fields fields = given;
  if (may_have_location(status)) map_location(fields, request, options, "127.0.0.1:9001");
  CHECK(fields.size() == 2);
  CHECK(given.value(http::Name::kLocation) == location);
  return std::string(fields.value(http::Name::kLocation));
}

}  // namespace

TEST_CASE("a Location that names the backend names the public place instead") {
  ProxyOptions options;
  CHECK(told(options, "http://127.0.0.1:9001/x?y#z") == "http://a.example:8080/x?y#z");
  CHECK(told(options, "HTTP://127.0.0.1:9001") == "http://a.example:8080");
  CHECK(told(options, "http://127.0.0.1:9001?q") == "http://a.example:8080?q");
}

TEST_CASE("other places stay, and so does a reference without an authority") {
  ProxyOptions options;
  for (const char* location :
       {"https://127.0.0.1:9001/x", "http://127.0.0.1:9002/x", "http://127.0.0.1/x", "/x",
        "//127.0.0.1:9001/x", "http://a.example:8080/x", "", "http://"}) {
    CHECK(told(options, location) == location);
  }
}

TEST_CASE("the Host that the backend was sent is its own address, unless the client used it too") {
  ProxyOptions options;
  options.host_header = std::move(http::Template::compile("api.internal").value());
  CHECK(told(options, "http://API.internal/x") == "http://a.example:8080/x");
  CHECK(told(options, "http://api.internal:80/x") == "http://a.example:8080/x");
  CHECK(told(options, "http://api.internal:81/x") == "http://api.internal:81/x");
  CHECK(told(options, "http://api.internal/x", "api.internal") == "http://api.internal/x");
}

TEST_CASE("the prefixes of a rewrite are undone") {
  auto rewrite = http::PathRewrite::compile({.strip_prefix = "/orders", .add_prefix = "/v2"});
  REQUIRE(rewrite.ok());
  ProxyOptions options;
  options.rewrite = &rewrite.value();
  CHECK(told(options, "http://127.0.0.1:9001/v2/7?x") == "http://a.example:8080/orders/7?x");
  CHECK(told(options, "http://127.0.0.1:9001") == "http://a.example:8080/orders/");
}

TEST_CASE("a client that gave no authority keeps what the backend said") {
  CHECK(told({}, "http://127.0.0.1:9001/x", "") == "http://127.0.0.1:9001/x");
}

TEST_CASE(
    "an answer's Location is mapped on its way, where its status has one and the route wants") {
  auto heard = [](bool map, const std::string& status) {
    Stage stage;
    stage.proxy_options.map_location = map;
    Client client(stage, "GET / HTTP/1.1\r\nHost: a.example\r\n");
    stage.answer(stage.backend(), "HTTP/1.1 " + status +
                                      "\r\nLocation: http://127.0.0.1:9001/x\r\n"
                                      "Content-Length: 0\r\n\r\n");
    return client.location();
  };
  CHECK(heard(true, "302 Found") == "http://a.example/x");
  CHECK(heard(true, "201 Created") == "http://a.example/x");
  CHECK(heard(true, "200 OK") == "http://127.0.0.1:9001/x");
  CHECK(heard(false, "302 Found") == "http://127.0.0.1:9001/x");
}

}  // namespace weir::proxy
