#include "server/client_address.h"

#include <doctest/doctest.h>

#include <string>

#include "base/arena.h"

namespace weir::server {

namespace {

struct Row {
  const char* what;
  const char* peer;
  std::vector<const char*> fields;  // X-Forwarded-For, one a line
  const char* client;
};

}  // namespace

TEST_CASE("the client is the rightmost untrusted address, read from a trusted peer alone") {
  const Row rows[] = {
      {"an untrusted peer is not asked", "192.0.2.1", {"203.0.113.9"}, "192.0.2.1"},
      {"no field", "10.0.0.1", {}, "10.0.0.1"},
      {"an empty field", "10.0.0.1", {""}, "10.0.0.1"},
      {"one address", "10.0.0.1", {"203.0.113.9"}, "203.0.113.9"},
      {"the rightmost", "10.0.0.1", {"198.51.100.1, 203.0.113.9"}, "203.0.113.9"},
      {"trusted ones are passed over",
       "10.0.0.1",
       {"203.0.113.9, 10.9.9.9 ,10.8.8.8"},
       "203.0.113.9"},
      {"all trusted: the first", "10.0.0.1", {"10.7.7.7, 10.8.8.8"}, "10.7.7.7"},
      {"several fields are one list",
       "10.0.0.1",
       {"198.51.100.1", "203.0.113.9, 10.9.9.9", "10.8.8.8"},
       "203.0.113.9"},
      {"an empty field between", "10.0.0.1", {"203.0.113.9", "", "10.8.8.8"}, "203.0.113.9"},
      {"garbage ends the reading", "10.0.0.1", {"203.0.113.9, unknown, 10.8.8.8"}, "10.8.8.8"},
      {"garbage at once", "10.0.0.1", {"203.0.113.9, <script>"}, "10.0.0.1"},
      {"an empty entry is garbage", "10.0.0.1", {"203.0.113.9,, 10.8.8.8"}, "10.8.8.8"},
      {"an empty last entry", "10.0.0.1", {"203.0.113.9,"}, "10.0.0.1"},
      {"garbage in the last field hides the first", "10.0.0.1", {"203.0.113.9", "x"}, "10.0.0.1"},
      {"an address with a port is none", "10.0.0.1", {"203.0.113.9:1234"}, "10.0.0.1"},
      {"IPv6", "fd00::1", {"2001:db8::7, fd00::2"}, "2001:db8::7"},
      {"IPv6 in brackets is no address", "fd00::1", {"[2001:db8::7]"}, "fd00::1"},
      {"a mapped trusted address", "10.0.0.1", {"203.0.113.9, ::ffff:10.1.1.1"}, "203.0.113.9"},
      {"blanks and tabs", "10.0.0.1", {" \t203.0.113.9\t , 10.8.8.8 "}, "203.0.113.9"},
      {"a unix peer", "unix:", {"203.0.113.9"}, "203.0.113.9"},
  };
  const std::vector<net::Cidr> trusted = {net::Cidr::parse("10.0.0.0/8").value(),
                                          net::Cidr::parse("fd00::/8").value()};
  for (const Row& row : rows) {
    CAPTURE(row.what);
    base::Arena arena;
    http::Fields fields;
    fields.add(arena, "X-Real-IP", "198.51.100.66");
    for (const char* value : row.fields) fields.add(arena, "X-Forwarded-For", value);
    fields.add(arena, "Forwarded", "for=198.51.100.67");
    http::Peer peer;
    peer.address = row.peer;
    peer.trusted = std::string(row.peer) != "192.0.2.1";
    CHECK(client_address(peer, fields, trusted) == row.client);
  }
}

}  // namespace weir::server
