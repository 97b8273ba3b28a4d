#include "server/client_table.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::server {

namespace {

ClientKey key_of(const std::string& host) {
  return client_of(net::literal({host, 80, false}).value());
}

}  // namespace

TEST_CASE("a client is an IPv4 address, mapped or not, or the /64 of an IPv6 one") {
  CHECK(key_of("10.0.0.1") != key_of("10.0.0.2"));
  CHECK(key_of("10.0.0.1") == key_of("::ffff:10.0.0.1"));
  CHECK(key_of("2001:db8::1") == key_of("2001:db8::ffff:1"));
  CHECK(key_of("2001:db8::1") != key_of("2001:db8:0:1::1"));
  CHECK(key_of("0.0.0.0") != key_of("::1"));
  for (const char* host : {"0.0.0.0", "::", "::1", "10.0.0.1"}) CHECK(key_of(host) != kNoClient);
  for (const char* host : {"0.0.0.0", "::1", "10.0.0.1", "2001:db8::1", "::ffff:10.0.0.1"}) {
    CHECK(client_of(std::string_view(host)) == key_of(host));
  }
  CHECK(client_of(std::string_view("unix:")) == kNoClient);
  CHECK(client_of(net::literal({"/run/weir.sock", 0, true}).value()) == kNoClient);
}

TEST_CASE("each client has its own count, and who has gone leaves nothing behind") {
  ClientTable table;
  ClientKey one = key_of("10.0.0.1");
  ClientKey other = key_of("10.0.0.2");
  CHECK(table.enter(one, 2));
  CHECK(table.enter(one, 2));
  CHECK_FALSE(table.enter(one, 2));
  CHECK(table.enter(other, 2));
  CHECK(table.size() == 2);
  table.leave(one);
  CHECK(table.enter(one, 2));
  // A bound that was lowered meanwhile holds for who comes.
  CHECK_FALSE(table.enter(one, 1));
  table.leave(one);
  table.leave(one);
  table.leave(other);
  CHECK(table.size() == 0);
}

}  // namespace weir::server
