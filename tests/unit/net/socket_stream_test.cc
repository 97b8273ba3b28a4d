#include "net/socket_stream.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "net/address.h"
#include "net/listener.h"
#include "support/sanitizers.h"
#include "unit/net/live.h"

namespace weir::net {

using Events = std::vector<std::string>;

namespace {

// While it lives this process may open nothing more.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit lower = before_;
    // The lowest number that is free, which the next one opened would get.
    lower.rlim_cur = static_cast<rlim_t>(Descriptor(::dup(0)).get());
    ::setrlimit(RLIMIT_NOFILE, &lower);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("bytes go both ways, and FIN behind them") {
  for (Family family : kFamilies) {
    Live live;
    Ends ends = connected(family);
    Ear ear;
    ear.open(live, std::move(ends.near), family == Family::kUnix);
    REQUIRE(send_all(ends.far, "hello"));
    CHECK(live.until([&] { return ear.received == "hello"; }));
    live.turn([&] {
      ear.stream->write("good ");
      ear.stream->write("day");
      CHECK(ear.stream->gathered() == 8);
      CHECK(ear.stream->written() == 0);
      ear.stream->shut_down();
    });
    CHECK(ear.stream->gathered() == 0);
    CHECK(ear.stream->written() == 8);
    live.settle();
    std::string got;
    CHECK(read_to_end(ends.far, got) == 0);
    CHECK(got == "good day");
    REQUIRE(send_all(ends.far, " still here"));
    CHECK(live.until([&] { return ear.received == "hello still here"; }));
    ::shutdown(ends.far.get(), SHUT_WR);
    CHECK(live.until([&] { return ear.heard("end"); }));
    CHECK(ear.events.back() == "end");
  }
}

TEST_CASE("after FIN of the peer writing goes on") {
  for (Family family : kFamilies) {
    Live live;
    Ends ends = connected(family);
    Ear ear;
    ear.open(live, std::move(ends.near), family == Family::kUnix);
    ::shutdown(ends.far.get(), SHUT_WR);
    CHECK(live.until([&] { return ear.heard("end"); }));
    live.turn([&] { ear.stream->write("answer"); });
    CHECK(read_exactly(ends.far, 6) == "answer");
    CHECK(ear.events == Events{"end"});
  }
}

TEST_CASE("a connection is made, and reads without being asked") {
  for (Family family : {Family::kV4, Family::kV6}) {
    Live live;
    SocketAddress at;
    Descriptor door = listening(family, at);
    SocketConnector connector(live.loop, 1 << 16);
    Ear ear;
    StreamPtr stream;
    live.turn([&] { stream = connector.connect(at, ear); });
    CHECK(ear.events.empty());  // never inside the call
    CHECK(live.until([&] { return ear.heard("connected"); }));
    Descriptor far(::accept(door.get(), nullptr, nullptr));
    REQUIRE(send_all(far, "at once"));
    CHECK(live.until([&] { return ear.received == "at once"; }));
    CHECK(ear.events == Events{"connected", "bytes"});
  }
}

TEST_CASE("what is written before the connection is made goes out in order, FIN behind it") {
  Live live;
  SocketAddress at;
  Descriptor door = listening(Family::kV4, at);
  SocketConnector connector(live.loop, 1 << 16);
  Ear ear;
  StreamPtr stream;
  live.turn([&] {
    stream = connector.connect(at, ear);
    stream->write("one ");
  });
  live.turn([&] {
    stream->write("two");
    stream->shut_down();
  });
  CHECK(stream->queued() > 0);
  CHECK(stream->written() == 0);
  CHECK(live.until([&] { return stream->written() == 7; }));
  Descriptor far(::accept(door.get(), nullptr, nullptr));
  std::string got;
  CHECK(read_to_end(far, got) == 0);
  CHECK(got == "one two");
  CHECK(live.until([&] { return stream->queued() == 0; }));
  CHECK(ear.events.front() == "connected");
  CHECK_FALSE(ear.heard("reset"));
}

TEST_CASE("where nobody listens, connecting is refused, once, also with bytes written") {
  for (Family family : kFamilies) {
    for (bool write : {false, true}) {
      Live live;
      SocketConnector connector(live.loop, 1 << 16);
      Ear ear;
      StreamPtr stream;
      live.turn([&] {
        stream = connector.connect(nobody(family), ear);
        if (write) stream->write("lost");
        if (write) stream->shut_down();
      });
      CHECK(live.until([&] { return !ear.events.empty(); }));
      live.settle();
      CHECK(ear.events == Events{"refused"});
      CHECK(stream->written() == 0);
      CHECK(stream->queued() == 0);
    }
  }
}

TEST_CASE("an address that the kernel will not have is told from the loop, not inside the call") {
  Live live;
  SocketConnector connector(live.loop, 1 << 16);
  SocketAddress to = literal(Address{"255.255.255.255", 80, false}).value();
  Ear ear;
  StreamPtr stream;
  live.turn([&] {
    stream = connector.connect(to, ear);
    CHECK(ear.events.empty());
  });
  CHECK(live.until([&] { return !ear.events.empty(); }));
  CHECK(ear.events.size() == 1);
  stream.reset();
  // And a stream that is destroyed before it is told is not told.
  Ear deaf;
  live.turn([&] { stream = connector.connect(to, deaf), stream.reset(); });
  live.settle();
  CHECK(deaf.events.empty());
}

TEST_CASE("a connect for which no descriptor is left is told as such, from the loop" *
          doctest::skip(support::kUbsan)) {
  for (Family family : kFamilies) {
    Live live;
    SocketConnector connector(live.loop, 1 << 16);
    Ear ear;
    StreamPtr stream;
    SocketAddress at = nobody(family);
    {
      NoDescriptors none;
      live.turn([&] {
        stream = connector.connect(at, ear);
        CHECK(ear.events.empty());  // never inside the call
      });
      CHECK(live.until([&] { return !ear.events.empty(); }));
    }
    live.settle();
    CHECK(ear.events == Events{"no descriptors"});
    live.turn([&] { stream = connector.connect(at, ear); });
    CHECK(live.until([&] { return ear.heard("refused"); }));
  }
}

TEST_CASE("a paused stream hears nothing until it is resumed; both are idempotent") {
  for (Family family : kFamilies) {
    Live live;
    Ends ends = connected(family);
    Ear ear;
    ear.open(live, std::move(ends.near), family == Family::kUnix);
    ear.stream->pause();
    ear.stream->pause();
    REQUIRE(send_all(ends.far, "waits"));
    ::shutdown(ends.far.get(), SHUT_WR);
    live.settle();
    CHECK(ear.events.empty());
    ear.stream->resume();
    ear.stream->resume();
    CHECK(live.until([&] { return ear.heard("end"); }));
    CHECK(ear.received == "waits");
    ear.stream->resume();  // there is nothing more to read
    live.settle();
    CHECK(ear.count("end") == 1);
  }
}

TEST_CASE("another may listen from the next event on") {
  Live live;
  Ends ends = connected(Family::kV4);
  Ear first;
  Ear second;
  first.open(live, std::move(ends.near), false);
  REQUIRE(send_all(ends.far, "a"));
  CHECK(live.until([&] { return first.received == "a"; }));
  first.stream->set_events(&second);
  REQUIRE(send_all(ends.far, "b"));
  CHECK(live.until([&] { return second.received == "b"; }));
  CHECK(first.received == "a");
}

TEST_CASE("RST is a reset, told once") {
  Live live;
  Ends ends = connected(Family::kV4);
  Ear ear;
  ear.open(live, std::move(ends.near), false);
  close_by_reset(ends.far);
  CHECK(live.until([&] { return !ear.events.empty(); }));
  live.turn([&] { ear.stream->write("into the void"); });
  live.settle();
  CHECK(ear.events == Events{"reset"});
}

TEST_CASE("when a write fails, what the peer sent before is read first, then it is a reset") {
  for (Family family : kFamilies) {
    Live live;
    Ends ends = connected(family);
    Ear ear;
    ear.open(live, std::move(ends.near), family == Family::kUnix);
    REQUIRE(send_all(ends.far, "last words"));
    // Unread bytes of ours make the close a reset.
    live.turn([&] { ear.stream->write("unread"); });
    ends.far = Descriptor();
    CHECK(ear.events.empty());
    live.turn([&] { ear.stream->write("nobody hears"); });
    live.turn([&] { ear.stream->write("nor this"); });
    CHECK(live.until([&] { return ear.heard("reset"); }));
    live.settle();
    CHECK(ear.received == "last words");
    CHECK(ear.events == Events{"bytes", "reset"});
    CHECK(ear.stream->queued() == 0);
  }
}

TEST_CASE("the end that is read behind a failed write is a reset and no clean end") {
  // On a unix socket a failed write leaves nothing but an ordinary end to read.
  Live live;
  Ends ends = connected(Family::kUnix);
  Ear ear;
  ear.open(live, std::move(ends.near), true);
  ends.far = Descriptor();
  live.turn([&] { ear.stream->write("into the void"); });
  CHECK(live.until([&] { return !ear.events.empty(); }));
  CHECK(ear.events == Events{"reset"});
}

TEST_CASE("a failed write of a stream that does not read is told at the end of the turn") {
  for (bool ended : {false, true}) {
    Live live;
    Ends ends = connected(Family::kUnix);
    Ear ear;
    ear.open(live, std::move(ends.near), true);
    if (!ended) ear.stream->pause();
    ends.far = Descriptor();
    if (ended) CHECK(live.until([&] { return ear.heard("end"); }));
    live.turn([&] {
      ear.stream->write("into the void");
      CHECK_FALSE(ear.heard("reset"));
    });
    CHECK(ear.events.back() == "reset");
    live.settle();
    CHECK(ear.count("reset") == 1);
  }
}

TEST_CASE("a failed write of a paused stream that connected is told behind what was not read yet") {
  for (Family family : {Family::kV4, Family::kV6}) {
    Live live;
    SocketAddress at;
    Descriptor door = listening(family, at);
    Ear ear;
    SocketConnector connector(live.loop, 256 * 1024);
    StreamPtr stream;
    live.turn([&] { stream = connector.connect(at, ear); });
    REQUIRE(live.until([&] { return ear.heard("connected"); }));
    stream->pause();
    Descriptor far(::accept(door.get(), nullptr, nullptr));
    REQUIRE(send_all(far, "an early answer"));
    far = Descriptor();
    for (int i = 0; i < 3; ++i) {
      live.turn([&] { stream->write("more of the request"); });
      live.settle();
    }
    CHECK(ear.events == Events{"connected"});
    stream->resume();
    CHECK(live.until([&] { return ear.heard("reset"); }));
    CHECK(ear.received == "an early answer");
    CHECK(ear.count("reset") == 1);
  }
}

TEST_CASE("reset() is seen as RST by the peer, with writes queued and after all was written") {
  for (std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{4} << 20}) {
    Live live;
    Ends ends = connected(Family::kV4, 16384);
    Ear ear;
    ear.open(live, std::move(ends.near), false);
    std::string bytes = pattern(size);
    live.turn([&] { ear.stream->write(bytes); });
    auto written = ear.stream->written();
    live.turn([&] {
      ear.stream->write("too late");
      ear.stream->reset();
      // Useless, and still safe to call.
      ear.stream->write("later still");
      ear.stream->shut_down();
      ear.stream->pause();
      ear.stream->resume();
      CHECK(ear.stream->queued() == 0);
      CHECK(ear.stream->written() >= written);
    });
    live.settle();
    std::string got;
    CHECK(read_to_end(ends.far, got) == ECONNRESET);
    CHECK(got.size() <= size);
    CHECK(ear.events.empty());
  }
}

TEST_CASE("a stream that was reset keeps quiet about a write that failed just before") {
  Live live;
  Ends ends = connected(Family::kUnix);
  Ear ear;
  ear.open(live, std::move(ends.near), true);
  ear.stream->pause();
  ends.far = Descriptor();

  struct Reset final : Deferred {
    void on_turn_end() override { ear->stream->reset(); }
    Ear* ear = nullptr;
  } reset;
  reset.ear = &ear;
  live.turn([&] {
    ear.stream->write("into the void");
    live.loop.turns().defer(reset);  // runs behind the flush, before the stream's own call
  });
  live.settle();
  CHECK(ear.events.empty());
}

TEST_CASE("the peer has a name over TCP and none over a unix socket") {
  for (Family family : kFamilies) {
    Live live;
    Ends ends = connected(family);
    Ear ear;
    ear.open(live, std::move(ends.near), family == Family::kUnix);
    SocketAddress peer = ear.stream->peer();
    CHECK(peer.length != 0);
    const char* expected = family == Family::kV4   ? "127.0.0.1"
                           : family == Family::kV6 ? "::1"
                                                   : "unix:";
    CHECK(ip_text(peer) == expected);
    CHECK((port_of(peer) != 0) == (family != Family::kUnix));
  }
}

TEST_CASE("our own end has the address that the peer knows it by") {
  for (Family family : kFamilies) {
    Live live;
    Ends ends = connected(family);
    SocketAddress known;
    known.length = sizeof(known.storage);
    ::getpeername(ends.far.get(), reinterpret_cast<sockaddr*>(&known.storage), &known.length);
    Ear ear;
    CHECK(SocketStream(live.loop, 1024).local().length == 0);
    ear.open(live, std::move(ends.near), family == Family::kUnix);
    SocketAddress local = ear.stream->local();
    CHECK(ip_text(local) == ip_text(known));
    CHECK(port_of(local) == port_of(known));
  }
}

TEST_CASE("a TCP peer that has gone has no name, and is not taken for a unix one") {
  Live live;
  Ends ends = connected(Family::kV4);
  Ear ear;
  ear.open(live, std::move(ends.near), false);
  close_by_reset(ends.far);
  CHECK(live.until([&] { return ear.heard("reset"); }));
  CHECK(ear.stream->peer().length == 0);
  CHECK(ear.stream->peer().family() != AF_UNIX);
}

TEST_CASE("a closed descriptor is not opened, and nothing is left behind") {
  Live live;
  SocketStream stream(live.loop, 1024);
  CHECK(stream.open(Descriptor(), false) != 0);
}

}  // namespace weir::net
