#include "routing/refusal.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "routing/router.h"

namespace weir::routing {
namespace {

RouteOptions route(std::string name, std::vector<std::string> hosts, std::string path) {
  RouteOptions options;
  options.name = std::move(name);
  options.hosts = std::move(hosts);
  options.path = std::move(path);
  return options;
}

Router built(const std::vector<RouteOptions>& routes) {
  std::vector<RouteMatch> matches;
  for (const auto& options : routes) {
    auto match = parse_match(options, matches.size(), true);
    REQUIRE_MESSAGE(match.ok(), match.error().text);
    matches.push_back(std::move(match.value()));
  }
  auto router = Router::build(std::move(matches));
  REQUIRE(router.ok());
  return std::move(router.value());
}

// "condition orders: method GET, HEAD", "path orders", "host -".
std::string why(const Router& router, std::string_view host, std::string_view path,
                http::Method method = http::Method::kGet) {
  base::Arena arena;
  http::Request request;
  request.arena = &arena;
  request.head.host = host;
  request.head.normal_path = path;
  request.head.method = method;
  REQUIRE(router.find(request) == Found{});
  Refusal refusal = router.refusal(request);
  std::string text = refusal.at == Refusal::At::kHost   ? "host "
                     : refusal.at == Refusal::At::kPath ? "path "
                                                        : "condition ";
  text += refusal.nearest == nullptr ? "-" : refusal.nearest->name;
  if (refusal.failed != nullptr) text += ": " + text_of(*refusal.failed);
  return text;
}

}  // namespace

TEST_CASE("of routes for host and path the nearest fails on the fewest conditions") {
  auto reads = route("reads", {}, "/a/");
  reads.when.methods = {"GET"};
  reads.when.headers = {{"X-A", "1"}};
  auto writes = route("writes", {}, "/a/");
  writes.when.headers = {{"X-B", "1"}};
  auto exact = route("exact", {"a.com"}, "= /a/b");
  exact.when.methods = {"PUT"};
  exact.when.cookies = {{"x", "*"}};
  auto router = built({reads, writes, exact});
  CHECK(why(router, "b.com", "/a/b") == "condition reads: headers X-A: 1");
  CHECK(why(router, "b.com", "/a/b", http::Method::kPost) == "condition writes: headers X-B: 1");
  CHECK(why(router, "a.com", "/a/b", http::Method::kPut) == "condition exact: cookies x: *");
  // The path without its slash would be redirected.
  CHECK(why(router, "b.com", "/a") == "condition reads: headers X-A: 1");
}

TEST_CASE("where no route has the path the nearest of the host begins alike") {
  auto router = built({route("users", {}, "/users/"), route("orders", {}, "/orders/"),
                       route("old", {}, "/orders/old/"), route("other", {"b.com"}, "/orderz/"),
                       route("regex", {}, "~ ^/x+$")});
  CHECK(why(router, "a.com", "/orderz/7") == "path orders");
  CHECK(why(router, "a.com", "/ORDERS/7") == "path orders");
  CHECK(why(router, "a.com", "/zzz") == "path -");
}

TEST_CASE("where no route has the host the nearest ends alike, and takes the path if one does") {
  auto router = built({route("api", {"api.example.com"}, "/"), route("shop", {"*.shop.com"}, "/a/"),
                       route("shop-b", {"*.shop.com"}, "/b/")});
  CHECK(why(router, "ap.example.com", "/") == "host api");
  CHECK(why(router, "shop.com", "/b/c") == "host shop-b");
  CHECK(why(router, "", "/") == "host api");
  CHECK(why(built({}), "a.com", "/") == "host -");
}

TEST_CASE("a route is for a host as the router finds it") {
  auto match = parse_match(route("a", {"a.com", "*.b.com"}, ""), 0, false);
  REQUIRE(match.ok());
  CHECK(takes_host(match.value(), "a.com"));
  CHECK(takes_host(match.value(), "x.y.b.com"));
  CHECK_FALSE(takes_host(match.value(), "b.com"));
  CHECK_FALSE(takes_host(match.value(), ".b.com"));
  CHECK_FALSE(takes_host(match.value(), "c.com"));
}

}  // namespace weir::routing
