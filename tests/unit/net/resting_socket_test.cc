#include "net/resting_socket.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <string>

#include "net/listener.h"
#include "unit/net/live.h"

namespace weir::net {

namespace {

// Wakes at the first bytes that it hears.
struct Sleeper final : StreamEvents, ListenerEvents {
  void on_accept(StreamPtr accepted, const SocketAddress&) override {
    stream = std::move(accepted);
    stream->set_events(this);
    stream->start();
  }
  void on_bytes(base::Bytes bytes) override {
    heard += bytes;
    if (resting.open()) wake();
  }
  void on_end() override { heard += "|end"; }
  void on_writable() override {}
  void on_error(StreamError) override { heard += "|error"; }
  void rest() {
    resting = stream->rest();
    REQUIRE(resting.open());
    stream.reset();
  }
  void wake() {
    stream = resting.wake(1024, *this);
    stream->write("awake");
  }

  StreamPtr stream;
  RestingSocket resting;
  std::string heard;
};

// An accepted connection, at rest, and its other end.
struct Bed {
  explicit Bed(Family family) {
    SocketAddress at;
    Descriptor socket = listening(family, at);
    listener = std::move(Listener::open(live.loop, std::move(socket), sleeper, 1024).value());
    client = connect_to(at);
    REQUIRE(live.until([&] { return sleeper.stream != nullptr; }));
    live.turn([&] { sleeper.rest(); });
  }

  Live live;
  Sleeper sleeper;
  std::unique_ptr<Listener> listener;
  Descriptor client;
};

std::string answer_on(const Descriptor& client) {
  char text[16] = {};
  ssize_t count = ::recv(client.get(), text, sizeof(text), MSG_DONTWAIT);
  return {text, count > 0 ? static_cast<std::size_t>(count) : 0};
}

}  // namespace

TEST_CASE("bytes that come wake it, inside of their own call, and it reads and writes as before") {
  for (Family family : {Family::kV4, Family::kV6}) {
    Bed bed(family);
    bed.live.settle();
    CHECK(bed.sleeper.heard.empty());
    REQUIRE(send_all(bed.client, "one"));
    CHECK(bed.live.until([&] { return bed.sleeper.heard == "one"; }));
    CHECK(answer_on(bed.client) == "awake");
    CHECK_FALSE(bed.sleeper.resting.open());
    REQUIRE(send_all(bed.client, "two"));
    CHECK(bed.live.until([&] { return bed.sleeper.heard == "onetwo"; }));
    // Again and again.
    bed.live.turn([&] { bed.sleeper.rest(); });
    REQUIRE(send_all(bed.client, "three"));
    CHECK(bed.live.until([&] { return bed.sleeper.heard == "onetwothree"; }));
    ::shutdown(bed.client.get(), SHUT_WR);
    CHECK(bed.live.until([&] { return bed.sleeper.heard == "onetwothree|end"; }));
  }
}

TEST_CASE("at rest it hears the end, and a reset") {
  for (bool reset : {false, true}) {
    Bed bed(Family::kV4);
    if (reset) {
      close_by_reset(bed.client);
    } else {
      bed.client = Descriptor();
    }
    CHECK(bed.live.until([&] { return !bed.sleeper.heard.empty(); }));
    CHECK(bed.sleeper.heard == (reset ? "|error" : "|end"));
  }
}

TEST_CASE("it is woken without a call too, and destroyed at rest it closes") {
  Bed bed(Family::kV4);
  bed.live.turn([&] { bed.sleeper.wake(); });
  CHECK(bed.live.until([&] { return answer_on(bed.client) == "awake"; }));
  bed.live.turn([&] { bed.sleeper.rest(); });
  bed.live.turn([&] { bed.sleeper.resting.close(); });
  char byte = 0;
  CHECK(bed.live.until([&] { return ::recv(bed.client.get(), &byte, 1, MSG_DONTWAIT) == 0; }));
}

TEST_CASE("a stream with something to write, or that does not read, does not rest") {
  Bed bed(Family::kV4);
  bed.live.turn([&] { bed.sleeper.wake(); });
  bed.live.turn([&] {
    bed.sleeper.stream->write("x");
    CHECK_FALSE(bed.sleeper.stream->rest().open());
  });
  bed.live.turn([&] {
    bed.sleeper.stream->pause();
    CHECK_FALSE(bed.sleeper.stream->rest().open());
    bed.sleeper.stream->resume();
  });
  bed.live.turn([&] { bed.sleeper.rest(); });
}

}  // namespace weir::net
