#include "http/failure.h"

#include <doctest/doctest.h>

#include <set>

using weir::http::Phase;
using weir::http::Reason;

TEST_CASE("every reason has a label of its own, and a status") {
  std::set<std::string_view> seen;
  for (int i = 0; i < static_cast<int>(Reason::kCount); ++i) {
    auto reason = static_cast<Reason>(i);
    auto text = weir::http::text_of(reason);
    INFO(text);
    CHECK_FALSE(text.empty());
    CHECK(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == text.npos);
    CHECK(seen.insert(text).second);
    CHECK((weir::http::status_of(reason) >= 400) == (reason != Reason::kNone));
  }
  CHECK(weir::http::text_of(Reason::kCount).empty());
}

TEST_CASE("the tables are in the order of the enumerators") {
  CHECK(weir::http::text_of(Reason::kUriTooLong) == "uri_too_long");
  CHECK(weir::http::status_of(Reason::kUriTooLong) == 414);
  CHECK(weir::http::text_of(Reason::kUpgradeVersion) == "upgrade_version");
  CHECK(weir::http::status_of(Reason::kUpgradeVersion) == 426);
  CHECK(weir::http::text_of(Reason::kTunnelIdle) == "tunnel_idle");
  CHECK(weir::http::status_of(Reason::kMisdirected) == 421);
  CHECK(weir::http::text_of(Reason::kNoRoute) == "no_route");
  CHECK(weir::http::status_of(Reason::kNoRoute) == 404);
  CHECK(weir::http::text_of(Reason::kUpstreamMalformed) == "upstream_malformed");
  CHECK(weir::http::text_of(Reason::kNoPorts) == "no_ports");
  CHECK(weir::http::status_of(Reason::kNoPorts) == 503);
  CHECK(weir::http::text_of(Reason::kShuttingDown) == "shutting_down");
  CHECK(weir::http::status_of(Reason::kShuttingDown) == 503);
}

TEST_CASE("every phase has a label of its own") {
  std::set<std::string_view> seen;
  for (int i = 0; i < static_cast<int>(Phase::kCount); ++i) {
    CHECK(seen.insert(weir::http::text_of(static_cast<Phase>(i))).second);
  }
  CHECK(weir::http::text_of(Phase::kClientHeader) == "client_header");
  CHECK(weir::http::text_of(Phase::kTunnelIdle) == "tunnel_idle");
  CHECK(weir::http::text_of(Phase::kUpstreamFirstByte) == "upstream_first_byte");
  CHECK(weir::http::text_of(Phase::kDrain) == "drain");
  CHECK(weir::http::text_of(Phase::kCount).empty());
}
