#include <doctest/doctest.h>

#include <string>

#include "config/load.h"

namespace weir::config {

namespace {

// What the route with these keys says of forwarding.
ForwardConfig forward_of(const std::string& keys) {
  Loaded loaded = load_text("a.yaml",
                            "listen: 80\nupstreams: {a: \"h:1\"}\nroutes:\n"
                            "  - {path: /a, upstream: a" +
                                keys + "}\n");
  INFO(loaded.errors);
  REQUIRE(loaded.config.has_value());
  return loaded.config->routes.at(0).forward;
}

std::string rendered(const http::FieldEdits& edits) {
  base::Arena arena;
  http::Request request;
  request.arena = &arena;
  request.client = "192.0.2.1";
  std::string lines;
  for (const http::Field& field : edits.render(request, arena)) {
    lines.append(field.name).append(": ").append(field.value).append("\n");
  }
  return lines;
}

}  // namespace

TEST_CASE("a route that says nothing of it forwards as it came, and maps Locations") {
  ForwardConfig forward = forward_of("");
  CHECK(forward.rewrite == http::RewriteOptions{});
  CHECK_FALSE(forward.host_header);
  CHECK(forward.proxy_redirect);
  CHECK_FALSE(forward.forwarded);
  CHECK(forward.request_edits.empty());
  CHECK(forward.response_edits.empty());
  CHECK_FALSE(forward_of(", host_header: $http_host").host_header);
}

TEST_CASE("each key of forwarding arrives in its option") {
  ForwardConfig forward = forward_of(
      ", rewrite: {strip_prefix: /a, add_prefix: /v2, replace: [\"^/(.)\", \"/$1\"]}"
      ", host_header: $proxy_host, proxy_redirect: off, forwarded: on"
      ", request_headers: {set: {X-Real-IP: $remote_addr}, add: {X-B: c}, remove: Cookie}"
      ", response_headers: {remove: [Server, X-Powered-By]}");
  CHECK(forward.rewrite == http::RewriteOptions{"/a", "/v2", "^/(.)", "/$1"});
  CHECK(forward.host_header);
  CHECK_FALSE(forward.proxy_redirect);
  CHECK(forward.forwarded);
  CHECK(rendered(forward.request_edits) == "X-Real-IP: 192.0.2.1\nX-B: c\n");
  CHECK(forward.request_edits.replaces(http::Name::kXRealIp));
  CHECK(forward.request_edits.replaces(http::Name::kCookie));
  CHECK(rendered(forward.response_edits).empty());
  CHECK(forward.response_edits.replaces(http::Name::kServer));
  CHECK(forward.response_edits.replaces({"x-powered-by", "", http::Name::kOther}));
}

}  // namespace weir::config
