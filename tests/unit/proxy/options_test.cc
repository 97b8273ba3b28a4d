#include "proxy/options.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::proxy {

namespace {

std::string rendered(std::string_view text, std::string_view endpoint) {
  auto made = http::Template::compile(text, proxy_variables());
  REQUIRE(made.ok());
  base::Arena arena;
  http::Request request;
  request.arena = &arena;
  request.head.host = "a.example";
  request.record.last_try.endpoint = endpoint;
  return std::string(made.value().render(request, arena));
}

}  // namespace

TEST_CASE("$proxy_host is the endpoint's own name, as a Host may be") {
  CHECK(rendered("$proxy_host", "127.0.0.1:9001") == "127.0.0.1:9001");
  CHECK(rendered("$proxy_host", "unix:/run/app.sock") == "localhost");
}

TEST_CASE("the variables of every request are there too") {
  CHECK(rendered("x.$host", "127.0.0.1:9001") == "x.a.example");
}

}  // namespace weir::proxy
