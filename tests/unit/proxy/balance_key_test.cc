#include "proxy/balance_key.h"

#include <doctest/doctest.h>

#include "base/arena.h"

namespace weir::proxy {

namespace {

using upstream::BalanceBy;

struct Asked {
  std::uint64_t key(BalanceBy by, std::string_view text = "") {
    upstream::BalanceOptions balance;
    balance.by = by;
    balance.key = http::Template::compile(text).value();
    request.arena = &arena;
    return balance_key(balance, request);
  }
  base::Arena arena;
  http::Request request;
};

}  // namespace

TEST_CASE("ways to balance that need no key have none") {
  Asked asked;
  asked.request.client = "192.0.2.1";
  asked.request.head.normal_path = "/a";
  for (BalanceBy by : {BalanceBy::kRoundRobin, BalanceBy::kLeastConn, BalanceBy::kP2c}) {
    CHECK(asked.key(by, "$uri") == 0);
  }
}

TEST_CASE("hash goes by the text that its template gives for the request") {
  Asked asked;
  asked.request.head.normal_path = "/a";
  asked.request.head.host = "example.com";
  std::uint64_t of_a = asked.key(BalanceBy::kHash, "$host$uri");
  CHECK(of_a != 0);
  CHECK(asked.key(BalanceBy::kHash, "$host$uri") == of_a);
  asked.request.head.normal_path = "/b";
  CHECK(asked.key(BalanceBy::kHash, "$host$uri") != of_a);
  CHECK(asked.key(BalanceBy::kHash, "$arg_user") == 0);
}

TEST_CASE("ip_hash goes by three octets of IPv4 and by all of IPv6, as nginx") {
  CHECK(client_network("192.0.2.1") == "192.0.2");
  CHECK(client_network("2001:db8::1") == "2001:db8::1");
  CHECK(client_network("unix:") == "unix:");
  CHECK(client_network("") == "");
  Asked asked;
  asked.request.client = "192.0.2.1";
  std::uint64_t first = asked.key(BalanceBy::kIpHash);
  CHECK(first != 0);
  asked.request.client = "192.0.2.254";
  CHECK(asked.key(BalanceBy::kIpHash) == first);
  asked.request.client = "192.0.3.1";
  CHECK(asked.key(BalanceBy::kIpHash) != first);
  asked.request.client = "2001:db8::1";
  std::uint64_t sixth = asked.key(BalanceBy::kIpHash);
  asked.request.client = "2001:db8::2";
  CHECK(asked.key(BalanceBy::kIpHash) != sixth);
}

}  // namespace weir::proxy
