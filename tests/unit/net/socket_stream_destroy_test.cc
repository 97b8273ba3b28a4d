#include <doctest/doctest.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

#include "base/retire.h"
#include "net/address.h"
#include "net/listener.h"
#include "net/mailbox.h"
#include "net/signals.h"
#include "net/socket_stream.h"
#include "unit/net/live.h"

// A stream may be destroyed inside every callback there is, its own and others', with writes
// gathered, queued and in flight; nothing is heard behind it, nothing leaks (the asan build says
// so), and the loop closes cleanly behind every one of these tests.
namespace weir::net {

using Events = std::vector<std::string>;

namespace {

// A stream whose kernel buffers are full and that has more gathered, queued and in flight.
struct Busy {
  explicit Busy(Live& live, Family family = Family::kUnix) {
    Ends ends = connected(family, 16 * 1024);
    far = std::move(ends.far);
    ear.open(live, std::move(ends.near), family == Family::kUnix);
    live.turn([&] { ear.stream->write(bytes); });
    live.turn([&] { ear.stream->write(bytes); });
    CHECK(ear.stream->queued() > bytes.size());
  }
  // Writes once more, and destroys the stream in the same turn.
  void destroy() {
    ear.stream->write("gathered");
    ear.stream.reset();
  }

  std::string bytes = pattern(1024 * 1024);
  Ear ear;
  Descriptor far;
};

}  // namespace

TEST_CASE("destroyed inside on_connected, with writes that succeed after the close") {
  for (bool write : {false, true}) {
    Live live;
    SocketAddress at;
    Descriptor door = listening(Family::kV4, at);
    Ear ear;
    ear.destroy_at = "connected";
    ear.stream = SocketStream::make(live.loop, 1024);
    live.turn([&] {
      ear.stream->connect(at, ear);
      // Its callback is under way when the stream goes: libuv calls back with success after
      // uv_close.
      if (write) ear.stream->write("written");
    });
    CHECK(live.until([&] { return ear.stream == nullptr; }));
    live.settle();
    CHECK(ear.events == Events{"connected"});
    Descriptor far(::accept(door.get(), nullptr, nullptr));
    std::string got;
    CHECK(read_to_end(far, got) == 0);
    CHECK(got == (write ? "written" : ""));
  }
}

TEST_CASE("destroyed while it connects") {
  Live live;
  SocketAddress at;
  Descriptor door = listening(Family::kV4, at);
  Ear ear;
  for (const SocketAddress& to : {at, nobody(Family::kV4), nobody(Family::kUnix)}) {
    ear.stream = SocketStream::make(live.loop, 1024);
    live.turn([&] {
      ear.stream->connect(to, ear);
      ear.stream->write("never");
      ear.stream->shut_down();
    });
    ear.stream.reset();
  }
  live.settle();
  CHECK(ear.events.empty());
}

TEST_CASE("destroyed inside on_bytes, with writes gathered in the same turn") {
  struct Answer final : StreamEvents {
    void on_bytes(base::Bytes bytes) override {
      ++heard;
      stream->write("answer");
      stream->write(bytes);
      stream.reset();
    }
    void on_end() override { ++heard; }
    void on_writable() override { ++heard; }
    void on_error(StreamError) override { ++heard; }
    std::unique_ptr<SocketStream> stream;
    int heard = 0;
  };
  for (Family family : kFamilies) {
    Live live;
    Ends ends = connected(family);
    Answer answer;
    answer.stream = SocketStream::make(live.loop, 1024);
    REQUIRE(answer.stream->open(std::move(ends.near), family == Family::kUnix) == 0);
    answer.stream->set_events(&answer);
    answer.stream->start();
    // More than one read's worth: libuv must not read on behind a close.
    REQUIRE(send_all(ends.far, pattern(100'000)));
    CHECK(live.until([&] { return answer.stream == nullptr; }));
    live.settle();
    CHECK(answer.heard == 1);
  }
}

TEST_CASE("destroyed inside on_end") {
  for (Family family : kFamilies) {
    Live live;
    Ends ends = connected(family);
    Ear ear;
    ear.destroy_at = "end";
    ear.open(live, std::move(ends.near), family == Family::kUnix);
    REQUIRE(send_all(ends.far, "x"));
    ::shutdown(ends.far.get(), SHUT_WR);
    CHECK(live.until([&] { return ear.stream == nullptr; }));
    live.settle();
    CHECK(ear.events == Events{"bytes", "end"});
  }
}

TEST_CASE("destroyed inside on_writable, at half of the mark and when nothing is queued") {
  for (bool half : {true, false}) {
    Live live;
    std::string bytes = pattern(1024 * 1024);
    // At half, another request still waits behind the one that is done.
    Ends ends = connected(Family::kUnix, 16 * 1024);
    Ear ear;
    ear.destroy_at = "writable";
    ear.open(live, std::move(ends.near), true, 512 * 1024);
    live.turn([&] { ear.stream->write(bytes); });
    std::string little = pattern(1000);
    if (half) live.turn([&] { ear.stream->write(little); });
    std::string got;
    CHECK(live.until([&] {
      got += read_some(ends.far);
      return ear.stream == nullptr;
    }));
    live.settle();
    CHECK(ear.events == Events{"writable"});
    CHECK(read_to_end(ends.far, got) == 0);
    CHECK(got.substr(0, bytes.size()) == bytes);
  }
}

TEST_CASE("destroyed inside on_error: refused, reset while reading, reset while writing") {
  Live live;
  Ear refused;
  refused.destroy_at = "refused";
  refused.stream = SocketStream::make(live.loop, 1024);
  live.turn([&] { refused.stream->connect(nobody(Family::kV4), refused); });
  CHECK(live.until([&] { return refused.stream == nullptr; }));

  Ends ends = connected(Family::kV4);
  Ear read;
  read.destroy_at = "reset";
  read.open(live, std::move(ends.near), false);
  close_by_reset(ends.far);
  CHECK(live.until([&] { return read.stream == nullptr; }));

  for (bool reading : {true, false}) {
    Busy busy(live, Family::kV4);
    busy.ear.destroy_at = "reset";
    if (!reading) busy.ear.stream->pause();
    close_by_reset(busy.far);
    CHECK(live.until([&] { return busy.ear.stream == nullptr; }));
    live.settle();
    CHECK(busy.ear.events == Events{"reset"});
  }
}

TEST_CASE("destroyed inside the end of a turn, where it failed to write just before") {
  Live live;
  Ends ends = connected(Family::kUnix);
  Ear ear;
  ear.destroy_at = "reset";
  ear.open(live, std::move(ends.near), true);
  ear.stream->pause();
  ends.far = Descriptor();
  live.turn([&] { ear.stream->write("into the void"); });
  CHECK(ear.stream == nullptr);
  live.settle();
}

TEST_CASE("destroyed at the end of a turn, by a deferred call and by a retired object") {
  Live live;
  Busy first(live);
  Busy second(live);

  struct Last final : Deferred {
    void on_turn_end() override { busy->destroy(); }
    Busy* busy = nullptr;
  } last;
  struct Retired final : base::Retirable {
    void dispose() override { busy->destroy(); }
    Busy* busy = nullptr;
  } retired;
  last.busy = &first;
  retired.busy = &second;
  live.turn([&] {
    live.loop.turns().defer(last);
    live.loop.turns().retired().add(retired);
    first.ear.stream->write("flushed before");
  });
  CHECK(first.ear.stream == nullptr);
  CHECK(second.ear.stream == nullptr);
  live.settle();
  CHECK(first.ear.events.empty());
  CHECK(second.ear.events.empty());
}

TEST_CASE("destroyed inside the callback of another stream: the two sides of a proxy go together") {
  for (const char* event : {"bytes", "end"}) {
    Live live;
    Busy other(live);
    struct Both final : StreamEvents {
      void on_bytes(base::Bytes) override { hear("bytes"); }
      void on_end() override { hear("end"); }
      void on_writable() override {}
      void on_error(StreamError) override {}
      void hear(const std::string& what) {
        if (what != at) return;
        other->destroy();
        stream.reset();
      }
      std::string at;
      Busy* other = nullptr;
      std::unique_ptr<SocketStream> stream;
    } both;
    both.at = event;
    both.other = &other;
    Ends ends = connected(Family::kV4);
    both.stream = SocketStream::make(live.loop, 1024);
    REQUIRE(both.stream->open(std::move(ends.near), false) == 0);
    both.stream->set_events(&both);
    both.stream->start();
    // Both have something to say in the same wake-up.
    REQUIRE(send_all(other.far, "at the same time"));
    REQUIRE(send_all(ends.far, "x"));
    ::shutdown(ends.far.get(), SHUT_WR);
    CHECK(live.until([&] { return both.stream == nullptr; }));
    live.settle();
    CHECK_FALSE(other.ear.heard("end"));
  }
}

TEST_CASE("destroyed inside a letter of a mailbox") {
  Live live;
  Busy busy(live);
  struct Kill final : Letter {
    explicit Kill(Busy& the_busy) : busy(the_busy) {}
    void open() override { busy.destroy(); }
    Busy& busy;
  };
  Mailbox mailbox(live.loop);
  mailbox.post(std::make_unique<Kill>(busy));
  CHECK(live.until([&] { return busy.ear.stream == nullptr; }));
  live.settle();
}

TEST_CASE("destroyed inside a signal and inside a deadline") {
  Live live;
  Busy busy(live);
  Busy late(live);
  struct Kill final : SignalEvents, DeadlineEvents {
    void on_signal(int) override { busy->destroy(); }
    void on_deadline(Deadline&) override {
      late->destroy();
      deadline.reset();
    }
    Busy* busy = nullptr;
    Busy* late = nullptr;
    std::unique_ptr<Deadline> deadline;
  } kill;
  kill.busy = &busy;
  kill.late = &late;
  Signals signals(live.loop, kill, {SIGUSR1});
  kill.deadline = std::make_unique<Deadline>(live.loop.wheel(), kill);
  kill.deadline->set(live.loop.now() + 20'000'000);
  ::raise(SIGUSR1);
  CHECK(live.until([&] { return busy.ear.stream == nullptr && late.ear.stream == nullptr; }));
  live.settle();
  CHECK(kill.deadline == nullptr);
}

TEST_CASE("destroyed inside on_accept, the connection it came with and another one") {
  Live live;
  Busy busy(live);
  struct Drop final : ListenerEvents {
    void on_accept(StreamPtr stream, const SocketAddress&) override {
      stream->write("never sent");
      stream.reset();
      if (busy->ear.stream != nullptr) busy->destroy();
      ++accepted;
    }
    Busy* busy = nullptr;
    int accepted = 0;
  } drop;
  drop.busy = &busy;
  SocketAddress at;
  Descriptor door = listening(Family::kV4, at);
  auto listener = Listener::open(live.loop, std::move(door), drop, 1024);
  REQUIRE(listener.ok());
  Descriptor first = connect_to(at);
  Descriptor second = connect_to(at);
  CHECK(live.until([&] { return drop.accepted == 2; }));
  std::string got;
  CHECK(read_to_end(first, got) == 0);
  CHECK(got.empty());
}

TEST_CASE("destroyed with everything in flight, and the loop right behind it") {
  for (Family family : kFamilies) {
    Live live;
    Busy busy(live, family);
    busy.ear.stream->shut_down();
  }
}

TEST_CASE("what a destroyed stream had queued does not go on being written") {
  Live live;
  Busy busy(live);
  auto written = busy.ear.stream->written();
  busy.ear.stream.reset();
  live.settle();
  std::string got;
  CHECK(read_to_end(busy.far, got) == 0);
  CHECK(got.size() == written);
  CHECK(got == busy.bytes.substr(0, got.size()));
}

}  // namespace weir::net
