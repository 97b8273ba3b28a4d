#include "unit/net/live.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <vector>

#include "net/address.h"

namespace weir::net {

namespace {

void set_patience(const Descriptor& socket) {
  timeval wait{kPatience.count(), 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
}

void set_room(const Descriptor& socket, int room) {
  if (room == 0) return;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
}

}  // namespace

Live::Live() {
  // The processes of weir ignore it too.
  std::signal(SIGPIPE, SIG_IGN);
}

void Live::step() {
  if (!ticker_.linked()) ticker_.set(0);
  loop.run_once();
}

// It ticks for ever: a deadline that fires before libuv polls does not end the poll.
void Live::on_deadline(Deadline&) {
  ++ticks_;
  ticker_.set(loop.now());
}

void Live::settle(int count) {
  int last = ticks_ + count;
  CHECK(until([&] { return ticks_ >= last; }));
}

void Ear::on_error(StreamError error) {
  constexpr std::array kNames = {"refused",   "connect", "no descriptors", "no ports",
                                 "no memory", "reset",   "other"};
  hear(kNames.at(static_cast<std::size_t>(error)));
}

void Ear::hear(std::string_view event) {
  events.emplace_back(event);
  if (event == destroy_at) stream.reset();
}

bool Ear::heard(std::string_view event) const { return count(event) > 0; }

std::size_t Ear::count(std::string_view event) const {
  return static_cast<std::size_t>(std::count(events.begin(), events.end(), event));
}

void Ear::open(Live& live, Descriptor socket, bool is_unix, std::size_t mark) {
  stream = SocketStream::make(live.loop, mark);
  REQUIRE(stream->open(std::move(socket), is_unix) == 0);
  stream->set_events(this);
  stream->start();
}

Ends connected(Family family, int room) {
  Ends ends;
  if (family == Family::kUnix) {
    int pair[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    ends = {Descriptor(pair[0]), Descriptor(pair[1])};
    set_room(ends.near, room);
    set_room(ends.far, room);
  } else {
    SocketAddress at;
    Descriptor door = listening(family, at);
    set_room(door, room);
    ends.far = Descriptor(::socket(at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    set_room(ends.far, room);
    REQUIRE(::connect(ends.far.get(), at.get(), at.length) == 0);
    ends.near = Descriptor(::accept4(door.get(), nullptr, nullptr, SOCK_CLOEXEC));
    REQUIRE(static_cast<bool>(ends.near));
  }
  set_patience(ends.far);
  return ends;
}

Descriptor listening(Family family, SocketAddress& at, int backlog) {
  REQUIRE(family != Family::kUnix);
  at = literal(Address{family == Family::kV4 ? "127.0.0.1" : "::1", 0, false}).value();
  Descriptor door(::socket(at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::bind(door.get(), at.get(), at.length) == 0);
  REQUIRE(::listen(door.get(), backlog) == 0);
  REQUIRE(::getsockname(door.get(), reinterpret_cast<sockaddr*>(&at.storage), &at.length) == 0);
  return door;
}

Descriptor connect_to(const SocketAddress& at) {
  Descriptor socket(::socket(at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  set_patience(socket);
  REQUIRE(::connect(socket.get(), at.get(), at.length) == 0);
  return socket;
}

SocketAddress nobody(Family family) {
  if (family == Family::kUnix) return literal(Address{"/nonexistent/socket", 0, true}).value();
  // Held, so that no other process gets the port; bound only, so that it refuses.
  static std::vector<Descriptor> held;
  SocketAddress at =
      literal(Address{family == Family::kV4 ? "127.0.0.1" : "::1", 0, false}).value();
  Descriptor& socket = held.emplace_back(::socket(at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::bind(socket.get(), at.get(), at.length) == 0);
  REQUIRE(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&at.storage), &at.length) == 0);
  return at;
}

Path::Path() {
  std::string name = "/tmp/weir-net-XXXXXX";
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  directory_ = name;
  path_ = name + "/socket";
}

Path::~Path() {
  ::unlink(path_.c_str());
  ::rmdir(directory_.c_str());
}

bool send_all(const Descriptor& to, std::string_view bytes) {
  while (!bytes.empty()) {
    auto sent = ::send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string read_exactly(const Descriptor& from, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    auto got = ::recv(from.get(), bytes.data() + have, size - have, 0);
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

std::string read_some(const Descriptor& from) {
  std::string all;
  std::array<char, 65536> buffer;
  while (true) {
    auto got = ::recv(from.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got <= 0) return all;
    all.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

int read_to_end(const Descriptor& from, std::string& bytes) {
  std::array<char, 65536> buffer;
  while (true) {
    auto got = ::recv(from.get(), buffer.data(), buffer.size(), 0);
    if (got == 0) return 0;
    if (got < 0) return errno;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

void close_by_reset(Descriptor& socket) {
  linger now{1, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  socket = Descriptor();
}

std::string pattern(std::size_t size, std::uint32_t seed) {
  std::string bytes(size, '\0');
  for (char& c : bytes) {
    seed = seed * 1664525 + 1013904223;
    c = static_cast<char>(seed >> 24);
  }
  return bytes;
}

}  // namespace weir::net
