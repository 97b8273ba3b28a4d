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
  options.listener = 2;
  auto match = parse_match(options, 0, true);
  REQUIRE(match.ok());
  REQUIRE(match.value().hosts.size() == 2);
  CHECK(match.value().hosts[0] == HostPattern{false, "a.com"});
  CHECK(match.value().hosts[1] == HostPattern{true, ".b.com"});
  CHECK(match.value().path == PathPattern{PathKind::kPreferredPrefix, "/x/"});
  CHECK(match.value().adds_slash);
  http::RequestHead head;
  CHECK(match.value().holds({head, 2}));
  CHECK_FALSE(match.value().holds({head, 1}));
}

TEST_CASE("the error is that of the bad host, or of the path") {
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
}

}  // namespace
}  // namespace weir::routing
