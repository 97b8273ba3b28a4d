#include "net/port_owner.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <string>

#include "net/address.h"
#include "unit/net/live.h"

namespace weir::net {

TEST_CASE("the process that listens on a port is told, over IPv4 and IPv6") {
  for (Family family : {Family::kV4, Family::kV6}) {
    SocketAddress at;
    Descriptor door = listening(family, at);
    auto owner = describe_port_owner(port_of(at));
    CHECK(owner.find("pid " + std::to_string(::getpid()) + " (") == 0);
    CHECK(owner.back() == ')');
  }
}

TEST_CASE("a port on which nobody listens has no owner, though a client uses it") {
  SocketAddress at;
  Descriptor door = listening(Family::kV4, at);
  Descriptor client = connect_to(at);
  SocketAddress own;
  own.length = sizeof(own.storage);
  ::getsockname(client.get(), reinterpret_cast<sockaddr*>(&own.storage), &own.length);
  CHECK(describe_port_owner(port_of(own)).empty());
  CHECK(describe_port_owner(port_of(nobody(Family::kV4))).empty());
}

}  // namespace weir::net
