#include "net/listener.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/listen_socket.h"
#include "support/sanitizers.h"
#include "unit/net/live.h"

namespace weir::net {

namespace {

// Keeps what is accepted; does whatever the test says at each.
struct Door final : ListenerEvents {
  static constexpr int kAmple = 1000;

  bool reserve() override {
    if (room == 0) return false;
    --room;
    return true;
  }
  void release() override { ++room; }
  void on_shortage() override { ++shortages; }
  void on_accept(StreamPtr stream, const SocketAddress& peer) override {
    streams.push_back(std::move(stream));
    peers.push_back(peer);
    if (act) act();
  }
  void open(Live& live, Descriptor socket) {
    auto opened = Listener::open(live.loop, std::move(socket), *this, 1024);
    REQUIRE_MESSAGE(opened.ok(), opened.error().text);
    listener = std::move(opened.value());
  }
  std::unique_ptr<Listener> listener;
  std::vector<StreamPtr> streams;
  std::vector<SocketAddress> peers;
  std::function<void()> act;
  int room = kAmple;
  int shortages = 0;
};

// The bytes "x" arrived on all that were accepted.
struct Heard final : StreamEvents {
  void on_bytes(base::Bytes bytes) override { count += bytes.size(); }
  void on_end() override {}
  void on_writable() override {}
  void on_error(StreamError) override {}
  std::size_t count = 0;
};

std::vector<Descriptor> clients(const SocketAddress& at, int count) {
  std::vector<Descriptor> made;
  while (count-- > 0) made.push_back(connect_to(at));
  return made;
}

}  // namespace

TEST_CASE("each client is handed over with its address, and hears nothing until it is started") {
  for (Family family : {Family::kV4, Family::kV6}) {
    Live live;
    SocketAddress at;
    Descriptor socket = listening(family, at);
    Door door;
    door.open(live, std::move(socket));
    auto made = clients(at, 3);
    for (auto& client : made) REQUIRE(send_all(client, "x"));
    CHECK(live.until([&] { return door.streams.size() == 3; }));
    CHECK(ip_text(door.peers[0]) == (family == Family::kV4 ? "127.0.0.1" : "::1"));
    CHECK(port_of(door.peers[0]) != 0);
    live.settle();
    Heard heard;
    for (auto& stream : door.streams) {
      stream->set_events(&heard);
      stream->start();
    }
    CHECK(live.until([&] { return heard.count == 3; }));
  }
}

TEST_CASE("a unix client has no address but its family") {
  Live live;
  Path path;
  auto bound = bind_all(Address{path.text(), 0, true}, 1);
  REQUIRE(bound.ok());
  Door door;
  door.open(live, std::move(bound.value().sockets[0]));
  auto made = clients(literal(Address{path.text(), 0, true}).value(), 2);
  CHECK(live.until([&] { return door.streams.size() == 2; }));
  CHECK(ip_text(door.peers[1]) == "unix:");
}

TEST_CASE("paused, the listener leaves all clients in the queue") {
  Live live;
  SocketAddress at;
  Descriptor socket = listening(Family::kV4, at);
  Door door;
  door.open(live, std::move(socket));
  door.listener->pause();
  door.listener->pause();
  auto made = clients(at, 5);
  live.settle();
  CHECK(door.streams.empty());
  live.turn([&] { door.listener->resume(); });
  CHECK(door.streams.size() == 5);
  live.turn([&] { door.listener->resume(); });

  // Resumed before anybody came, it goes on as before.
  door.listener->pause();
  live.turn([&] { door.listener->resume(); });
  made.push_back(connect_to(at));
  CHECK(live.until([&] { return door.streams.size() == 6; }));
}

TEST_CASE("paused inside on_accept, the rest waits; paused again inside resume() as well") {
  Live live;
  SocketAddress at;
  Descriptor socket = listening(Family::kV4, at);
  Door door;
  door.act = [&] { door.listener->pause(); };
  door.open(live, std::move(socket));
  auto made = clients(at, 4);
  CHECK(live.until([&] { return door.streams.size() == 1; }));
  for (std::size_t expected = 2; expected <= 4; ++expected) {
    live.settle();
    CHECK(door.streams.size() == expected - 1);
    live.turn([&] { door.listener->resume(); });
    CHECK(live.until([&] { return door.streams.size() == expected; }));
  }
}

TEST_CASE("accept_rest() leaves nobody in the queue, also when paused") {
  for (bool paused : {false, true}) {
    Live live;
    SocketAddress at;
    Descriptor socket = listening(Family::kV4, at, 64);
    Door door;
    door.open(live, std::move(socket));
    if (paused) door.listener->pause();
    auto made = clients(at, 20);
    if (paused) live.settle();
    live.turn([&] {
      door.listener->accept_rest();
      door.listener.reset();
    });
    CHECK(door.streams.size() == 20);
    CHECK(ip_text(door.peers[19]) == "127.0.0.1");
    // None of them was reset: each is served.
    for (auto& client : made) REQUIRE(send_all(client, "x"));
    Heard heard;
    for (auto& stream : door.streams) {
      stream->set_events(&heard);
      stream->start();
    }
    CHECK(live.until([&] { return heard.count == 20; }));
  }
}

TEST_CASE(
    "the listener may be destroyed inside on_accept: from the loop, resume() and accept_rest()") {
  for (int how = 0; how < 4; ++how) {
    CAPTURE(how);
    Live live;
    SocketAddress at;
    Descriptor socket = listening(Family::kV4, at);
    Door door;
    door.open(live, std::move(socket));
    bool waiting = how == 1 || how == 3;
    if (waiting) door.listener->pause();
    auto made = clients(at, 3);
    if (waiting) live.settle();
    door.act = [&] { door.listener.reset(); };
    live.turn([&] {
      if (how == 1) door.listener->resume();
      if (how >= 2) door.listener->accept_rest();
    });
    CHECK(live.until([&] { return door.listener == nullptr; }));
    live.settle();
    CHECK(door.streams.size() == 1);
  }
}

TEST_CASE("where there is no room a client stays in the queue until the listener is resumed") {
  Live live;
  SocketAddress at;
  Descriptor socket = listening(Family::kV4, at);
  Door door;
  door.room = 2;
  door.open(live, std::move(socket));
  auto made = clients(at, 5);
  CHECK(live.until([&] { return door.streams.size() == 2; }));
  live.settle();
  CHECK(door.streams.size() == 2);
  door.room = 1;
  live.turn([&] { door.listener->resume(); });
  CHECK(door.streams.size() == 3);
  // More room than clients: what was reserved for nobody is given back.
  door.room = 10;
  live.turn([&] { door.listener->resume(); });
  CHECK(door.streams.size() == 5);
  CHECK(door.room == 8);
}

TEST_CASE("without descriptors clients wait, none is dropped, and the loop does not spin" *
          doctest::skip(support::kUbsan)) {
  Live live;
  SocketAddress at;
  Descriptor socket = listening(Family::kV4, at, 64);
  Door door;
  door.open(live, std::move(socket));
  auto made = clients(at, 10);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  // What is open stays open; nothing more can be opened.
  rlimit none{3, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  CHECK(live.until([&] { return door.shortages > 0; }));
  live.settle(20);
  CHECK(door.streams.empty());
  CHECK(door.shortages == 1);
  CHECK(door.room == Door::kAmple);
  // An eighth is left to others: a few may be opened now, and none of them is for clients.
  auto open = static_cast<rlim_t>(made.back().get()) + 1;
  rlimit few{open + open / 8, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  live.settle(20);
  CHECK(door.streams.empty());
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(live.until([&] { return door.streams.size() == 10; }));
  Heard heard;
  for (auto& stream : door.streams) {
    stream->set_events(&heard);
    stream->start();
  }
  for (auto& client : made) REQUIRE(send_all(client, "x"));
  CHECK(live.until([&] { return heard.count == 10; }));
}

TEST_CASE("a client that reset its connection in the queue keeps its address, or is dropped") {
  // It must not pass for a unix client though its request can still be read.
  for (bool rest : {false, true}) {
    Live live;
    SocketAddress at;
    Descriptor socket = listening(Family::kV4, at);
    Door door;
    door.open(live, std::move(socket));
    Descriptor gone = connect_to(at);
    REQUIRE(send_all(gone, "GET /secret HTTP/1.1\r\n\r\n"));
    close_by_reset(gone);
    Descriptor stays = connect_to(at);
    if (rest) live.turn([&] { door.listener->accept_rest(); });
    CHECK(live.until([&] { return !door.streams.empty(); }));
    live.settle();
    CHECK(door.streams.size() <= 2);
    for (auto& peer : door.peers) CHECK(ip_text(peer) == "127.0.0.1");
  }
}

TEST_CASE("a socket that cannot listen is an error") {
  Live live;
  Door door;
  auto listener = Listener::open(live.loop, Descriptor(), door, 1024);
  REQUIRE_FALSE(listener.ok());
  CHECK(listener.error().text.find("cannot listen: ") == 0);
  Ends ends = connected(Family::kV4);
  CHECK_FALSE(Listener::open(live.loop, std::move(ends.near), door, 1024).ok());
}

TEST_CASE("two listeners share a unix path, and four a TCP port") {
  Live live;
  Path path;
  for (const Address& address : {Address{path.text(), 0, true}, Address{"127.0.0.1", 0, false}}) {
    auto bound = bind_all(address, 4);
    REQUIRE(bound.ok());
    std::vector<std::unique_ptr<Door>> doors;
    for (auto& socket : bound.value().sockets) {
      doors.push_back(std::make_unique<Door>());
      doors.back()->open(live, std::move(socket));
    }
    auto made = clients(literal(bound.value().address).value(), 40);
    CHECK(live.until([&] {
      std::size_t all = 0;
      for (auto& door : doors) all += door->streams.size();
      return all == 40;
    }));
  }
}

}  // namespace weir::net
