#include "net/listen_socket.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "unit/net/live.h"

namespace weir::net {

namespace {

int option(const Descriptor& socket, int level, int name) {
  int value = -1;
  socklen_t length = sizeof(value);
  ::getsockopt(socket.get(), level, name, &value, &length);
  return value;
}

SocketAddress name_of(const Descriptor& socket) {
  SocketAddress at;
  at.length = sizeof(at.storage);
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&at.storage), &at.length);
  return at;
}

std::string error_of(const Address& address) {
  auto bound = bind_all(address, 1);
  return bound.ok() ? "" : bound.error().text;
}

// A port that was let go may be taken by another process before it is bound again: one of a few
// attempts must do.
template <class Attempt>
bool one_of_five(Attempt attempt) {
  for (int i = 0; i < 5; ++i) {
    if (attempt()) return true;
  }
  return false;
}

// An address on which `count` connections were just closed, by the server first: TIME_WAIT is
// there.
Address just_closed(int count) {
  auto bound = bind_all(Address{"127.0.0.1", 0, false}, 1);
  REQUIRE(bound.ok());
  const Descriptor& door = bound.value().sockets[0];
  ::fcntl(door.get(), F_SETFL, 0);
  ::listen(door.get(), 128);
  while (count-- > 0) {
    Descriptor client = connect_to(literal(bound.value().address).value());
    Descriptor server(::accept(door.get(), nullptr, nullptr));
    server = Descriptor();
    std::string got;
    CHECK(read_to_end(client, got) == 0);
  }
  return bound.value().address;
}

std::string self() {
  std::ifstream comm("/proc/self/comm");
  std::string name;
  std::getline(comm, name);
  return "pid " + std::to_string(::getpid()) + " (" + name + ")";
}

}  // namespace

TEST_CASE("port 0 is one port, of the kernel's choice, for all workers") {
  for (const char* host : {"127.0.0.1", "::1", ""}) {
    auto bound = bind_all(Address{host, 0, false}, 4);
    REQUIRE(bound.ok());
    REQUIRE(bound.value().sockets.size() == 4);
    CHECK(bound.value().address.port != 0);
    CHECK(bound.value().address.host == host);
    for (const Descriptor& socket : bound.value().sockets) {
      CHECK(port_of(name_of(socket)) == bound.value().address.port);
      CHECK(option(socket, IPPROTO_TCP, TCP_NODELAY) != 0);
      CHECK(option(socket, SOL_SOCKET, SO_REUSEADDR) != 0);
      CHECK(option(socket, SOL_SOCKET, SO_REUSEPORT) != 0);
      CHECK((::fcntl(socket.get(), F_GETFD) & FD_CLOEXEC) != 0);
      CHECK((::fcntl(socket.get(), F_GETFL) & O_NONBLOCK) != 0);
      CHECK(option(socket, SOL_SOCKET, SO_ACCEPTCONN) == 0);  // not listening yet
    }
  }
}

TEST_CASE(
    "a port that somebody listens on is an error that names who, with and without SO_REUSEPORT") {
  for (bool reuse_port : {false, true}) {
    SocketAddress at;
    Descriptor door;
    Address address{"127.0.0.1", 0, false};
    if (reuse_port) {
      // As another weir, or we ourselves, would hold it.
      auto first = bind_all(address, 1);
      REQUIRE(first.ok());
      door = std::move(first.value().sockets[0]);
      ::listen(door.get(), 1);
      address.port = first.value().address.port;
    } else {
      door = listening(Family::kV4, at);
      address.port = port_of(at);
    }
    CHECK(error_of(address) == to_text(address) + " is in use by " + self());
    CHECK(error_of(Address{"", address.port, false}).find("is in use by") != std::string::npos);
  }
  CHECK(one_of_five([] { return error_of(just_closed(0)).empty(); }));
}

TEST_CASE("a restart binds at once, though 100 connections of the port were just closed by us") {
  CHECK(one_of_five([] { return error_of(just_closed(100)).empty(); }));
}

TEST_CASE(
    "an address without host is one dual-stack socket; IPv4 comes mapped and is shown as IPv4") {
  auto bound = bind_all(Address{"", 0, false}, 1);
  REQUIRE(bound.ok());
  const Descriptor& door = bound.value().sockets[0];
  REQUIRE(name_of(door).family() == AF_INET6);
  CHECK(option(door, IPPROTO_IPV6, IPV6_V6ONLY) == 0);
  ::fcntl(door.get(), F_SETFL, 0);
  ::listen(door.get(), 8);
  for (const char* host : {"127.0.0.1", "::1"}) {
    Descriptor client =
        connect_to(literal(Address{host, bound.value().address.port, false}).value());
    SocketAddress peer;
    peer.length = sizeof(peer.storage);
    Descriptor server(
        ::accept(door.get(), reinterpret_cast<sockaddr*>(&peer.storage), &peer.length));
    CHECK(ip_text(peer) == host);
  }
}

TEST_CASE("[::] and [::1] are IPv6 only") {
  for (const char* host : {"::", "::1"}) {
    CHECK(one_of_five([&] {
      auto bound = bind_all(Address{host, 0, false}, 1);
      REQUIRE(bound.ok());
      CHECK(option(bound.value().sockets[0], IPPROTO_IPV6, IPV6_V6ONLY) == 1);
      // And so the same port is free on IPv4.
      return error_of(Address{"0.0.0.0", bound.value().address.port, false}).empty();
    }));
  }
}

TEST_CASE("what cannot be bound is an error that says what and why") {
  CHECK(error_of(Address{"192.0.2.1", 8080, false}) ==
        "cannot listen on 192.0.2.1:8080: this machine has no such address");
  CHECK(error_of(Address{"example.com", 8080, false}) ==
        "cannot listen on example.com:8080: 'example.com' is a name, not an IP address");
  CHECK(error_of(Address{"/nonexistent/socket", 0, true}) ==
        "cannot listen on unix:/nonexistent/socket: No such file or directory");
}

TEST_CASE("a unix path is bound once and shared, stale ones are unlinked, live ones are in use") {
  Path path;
  Address address{path.text(), 0, true};
  {
    auto bound = bind_all(address, 3);
    REQUIRE(bound.ok());
    CHECK(bound.value().sockets.size() == 3);
    for (const Descriptor& socket : bound.value().sockets)
      CHECK((::fcntl(socket.get(), F_GETFD) & FD_CLOEXEC) != 0);
    ::listen(bound.value().sockets[0].get(), 8);
    CHECK(error_of(address) == "unix:" + path.text() + " is in use");
    // The one that was refused left the live one alone.
    Descriptor client = connect_to(literal(address).value());
    CHECK(static_cast<bool>(client));
  }
  struct stat info {};
  REQUIRE(::lstat(path.text().c_str(), &info) == 0);  // left over, as by a process that died
  CHECK(error_of(address).empty());
}

TEST_CASE("a file that is no socket is never unlinked") {
  Path path;
  std::ofstream(path.text()) << "precious";
  CHECK(error_of(Address{path.text(), 0, true}) ==
        "cannot listen on unix:" + path.text() + ": there is a file that is no socket");
  std::ifstream in(path.text());
  std::string content;
  std::getline(in, content);
  CHECK(content == "precious");
}

}  // namespace weir::net
