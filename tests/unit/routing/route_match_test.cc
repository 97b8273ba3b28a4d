#include "routing/route_match.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::routing {
namespace {

TEST_CASE("a route that asks for nothing matches by nothing") {
  auto match = parse_match({}, 7, false);
  REQUIRE(match.ok());
  CHECK(match.value().route == 7);
  CHECK(match.value().hosts.empty());
  CHECK(match.value().path.kind == PathKind::kAny);
  CHECK(match.value().conditions.empty());
  CHECK_FALSE(match.value().adds_slash);
}

TEST_CASE("hosts, path and listener are taken over") {
  RouteOptions options;
  options.hosts = {"A.com", "*.b.com"};
  options.path = "^~ /x/";
  options.when.listener = 2;
  auto match = parse_match(options, 0, true);
  REQUIRE(match.ok());
  REQUIRE(match.value().hosts.size() == 2);
  CHECK(match.value().hosts[0] == HostPattern{false, "a.com"});
  CHECK(match.value().hosts[1] == HostPattern{true, ".b.com"});
  CHECK(match.value().path == PathPattern{PathKind::kPreferredPrefix, "/x/"});
  CHECK(match.value().adds_slash);
  http::Request request;
  request.listener = 2;
  CHECK(match.value().holds(request));
  request.listener = 1;
  CHECK_FALSE(match.value().holds(request));
}

TEST_CASE("a match refuses a method only where nothing else fails") {
  RouteOptions options;
  options.when.methods = {"GET"};
  options.when.listener = 1;
  options.unless.methods = {"HEAD"};
  auto match = parse_match(options, 0, false);
  REQUIRE(match.ok());
  http::Request request;
  auto refused = [&](http::Method method, std::size_t listener) {
    request.head.method = method;
    request.listener = listener;
    return match.value().refused_method(request);
  };
  const MethodSet* methods = refused(http::Method::kPost, 1);
  REQUIRE(methods != nullptr);
  CHECK(methods->contains(http::Method::kGet, "GET"));
  CHECK(refused(http::Method::kPost, 0) == nullptr);
  CHECK(refused(http::Method::kGet, 1) == nullptr);
  CHECK(refused(http::Method::kGet, 0) == nullptr);
  // `not` cannot be told by Allow.
  CHECK(refused(http::Method::kHead, 1) == nullptr);
}

TEST_CASE("the error is that of the bad host, of the path, or of a condition") {
  RouteOptions options;
  options.hosts = {"good", "b d"};
  options.path = "bad";
  auto match = parse_match(options, 0, false);
  REQUIRE_FALSE(match.ok());
  CHECK(match.error().text.find("'b d' is not a host") == 0);
  options.hosts = {"good"};
  match = parse_match(options, 0, false);
  REQUIRE_FALSE(match.ok());
  CHECK(match.error().text.find("the path 'bad'") == 0);
  options.path = "/good";
  options.unless.clients = {"10.0.0.0/8", "ten"};
  match = parse_match(options, 0, false);
  REQUIRE_FALSE(match.ok());
  CHECK(match.error().text.find("'ten' is no CIDR block") == 0);
}

}  // namespace
}  // namespace weir::routing
