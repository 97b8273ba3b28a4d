#include "routing/router.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace weir::routing {
namespace {

using Kind = Found::Kind;

Router built(std::vector<RouteMatch> matches) {
  auto router = Router::build(std::move(matches));
  REQUIRE_MESSAGE(router.ok(), router.error().text);
  return std::move(router.value());
}

// Routes 0, 1, ... as a file gives them; those that forward add a slash.
Router built(const std::vector<RouteOptions>& routes) {
  std::vector<RouteMatch> matches;
  for (const auto& options : routes) {
    auto match = parse_match(options, matches.size(), true);
    REQUIRE_MESSAGE(match.ok(), match.error().text);
    matches.push_back(std::move(match.value()));
  }
  return built(std::move(matches));
}

RouteOptions route(std::vector<std::string> hosts, std::string path,
                   std::optional<std::size_t> listener = std::nullopt) {
  RouteOptions options;
  options.hosts = std::move(hosts);
  options.path = std::move(path);
  options.when.listener = listener;
  return options;
}

Found ask(const Router& router, std::string_view host, std::string_view path,
          std::size_t listener = 0) {
  http::Request request;
  request.head.host = host;
  request.head.normal_path = path;
  request.listener = listener;
  return router.find(request);
}

TEST_CASE("an exact host goes before wildcards, the longest of them first, and before any") {
  auto router = built({route({}, ""), route({"*.com"}, ""), route({"*.example.com"}, ""),
                       route({"a.example.com", "b.example.com"}, ""), route({"[::1]"}, "")});
  CHECK(ask(router, "a.example.com", "/") == Found{Kind::kRoute, 3});
  CHECK(ask(router, "b.example.com", "/") == Found{Kind::kRoute, 3});
  CHECK(ask(router, "c.example.com", "/") == Found{Kind::kRoute, 2});
  CHECK(ask(router, "x.a.example.com", "/") == Found{Kind::kRoute, 2});
  CHECK(ask(router, "example.com", "/") == Found{Kind::kRoute, 1});
  CHECK(ask(router, "badexample.com", "/") == Found{Kind::kRoute, 1});
  CHECK(ask(router, "com", "/") == Found{Kind::kRoute, 0});
  CHECK(ask(router, ".com", "/") == Found{Kind::kRoute, 0});
  CHECK(ask(router, "example.org", "/") == Found{Kind::kRoute, 0});
  CHECK(ask(router, "[::1]", "/") == Found{Kind::kRoute, 4});
  CHECK(ask(router, "", "/") == Found{Kind::kRoute, 0});
}

TEST_CASE("without a route for any host, an unknown host has none") {
  auto router = built({route({"a.com"}, "/")});
  CHECK(ask(router, "b.com", "/") == Found{});
  CHECK(ask(router, "", "/") == Found{});
  CHECK(ask(built(std::vector<RouteOptions>{}), "a.com", "/") == Found{});
}

TEST_CASE("a host class without a route for the path gives way to the next") {
  auto router = built({route({}, "/"), route({"*.com"}, "/w/"), route({"*.a.com"}, "/v/"),
                       route({"x.a.com"}, "= /e"), route({"x.a.com"}, "/only", 1)});
  CHECK(ask(router, "x.a.com", "/e") == Found{Kind::kRoute, 3});
  CHECK(ask(router, "x.a.com", "/v/1") == Found{Kind::kRoute, 2});
  CHECK(ask(router, "x.a.com", "/w/1") == Found{Kind::kRoute, 1});
  CHECK(ask(router, "x.a.com", "/z") == Found{Kind::kRoute, 0});
  CHECK(ask(router, "x.a.com", "/only", 1) == Found{Kind::kRoute, 4});
  CHECK(ask(router, "x.a.com", "/only", 0) == Found{Kind::kRoute, 0});
}

TEST_CASE("the closing slash is added within a host class, before later ones are asked") {
  auto router = built({route({}, "= /a"), route({"h"}, "/a/"), route({"i"}, "/b")});
  CHECK(ask(router, "h", "/a") == Found{Kind::kSlashRedirect, 1});
  CHECK(ask(router, "i", "/a") == Found{Kind::kRoute, 0});
}

TEST_CASE("a host named twice in a route is no error") {
  auto router = built({route({"a.com", "A.com."}, "/")});
  CHECK(ask(router, "a.com", "/") == Found{Kind::kRoute, 0});
}

TEST_CASE("a bad regex is an error of the router") {
  RouteMatch match;
  match.path = {PathKind::kRegex, "(a"};
  auto router = Router::build({match});
  REQUIRE_FALSE(router.ok());
  CHECK(router.error().text.find("'(a'") != std::string::npos);
}

TEST_CASE("a host of thousands of labels is looked up like any other") {
  auto router = built({route({}, ""), route({"*.example.com"}, "")});
  std::string host;
  for (int i = 0; i < 20'000; ++i) host += "a.";
  CHECK(ask(router, host + "example.com", "/") == Found{Kind::kRoute, 1});
  CHECK(ask(router, host + "example.org", "/") == Found{Kind::kRoute, 0});
}

// What Allow says of a request that no route takes.
std::string allowed(const Router& router, http::Method method, std::string_view path,
                    std::string_view host = "a.com") {
  base::Arena arena;
  http::Request request;
  request.arena = &arena;
  request.head.method = method;
  request.head.host = host;
  request.head.normal_path = path;
  REQUIRE(router.find(request) == Found{});
  return std::string(router.allow(request));
}

RouteOptions with_methods(std::vector<std::string> methods, RouteOptions options) {
  options.when.methods = std::move(methods);
  return options;
}

TEST_CASE("the methods of all routes that refuse the method alone are allowed") {
  auto router = built({with_methods({"GET"}, route({}, "/a/")),
                       with_methods({"PUT"}, route({"a.com"}, "= /a/b")),
                       with_methods({"DELETE", "GET"}, route({"*.com"}, "~ b$")),
                       with_methods({"PATCH"}, route({"b.com"}, "")),
                       with_methods({"PURGE"}, route({}, "/a/", 1)), route({"a.com"}, "/z", 1)});
  CHECK(allowed(router, http::Method::kPost, "/a/b") == "GET, HEAD, PUT, DELETE");
  CHECK(allowed(router, http::Method::kPost, "/a/c") == "GET, HEAD");
  CHECK(allowed(router, http::Method::kPost, "/a/c", "b.com") == "GET, HEAD, PATCH");
  // The path without its slash would be redirected.
  CHECK(allowed(router, http::Method::kPost, "/a") == "GET, HEAD");
  CHECK(allowed(router, http::Method::kGet, "/c") == "");
  CHECK(allowed(router, http::Method::kGet, "/z") == "");
}

TEST_CASE("a method that one route takes is not refused for another") {
  auto router = built({with_methods({"GET"}, route({}, "/a")), route({}, "")});
  http::Request request;
  request.head.method = http::Method::kPost;
  request.head.normal_path = "/a";
  CHECK(router.find(request) == Found{Kind::kRoute, 1});
}

TEST_CASE("each of ten thousand hosts and paths finds its route") {
  std::vector<RouteOptions> routes;
  for (std::size_t i = 0; i < 10'000; i += 2) {
    routes.push_back(route({"h" + std::to_string(i) + ".example.com"}, "/"));
    routes.push_back(route({}, "/p" + std::to_string(i) + "/"));
  }
  auto router = built(routes);
  for (std::size_t i = 0; i < 10'000; i += 2) {
    auto name = std::to_string(i);
    REQUIRE(ask(router, "h" + name + ".example.com", "/x") == Found{Kind::kRoute, i});
    REQUIRE(ask(router, "other", "/p" + name + "/x") == Found{Kind::kRoute, i + 1});
    REQUIRE(ask(router, "other", "/p" + name) == Found{Kind::kSlashRedirect, i + 1});
  }
}

}  // namespace
}  // namespace weir::routing
