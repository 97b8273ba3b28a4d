#include <doctest/doctest.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <thread>
#include <vector>

#include "net/gather.h"
#include "net/socket_stream.h"
#include "unit/net/live.h"

// What a SocketStream does with more than the kernel takes at once.
namespace weir::net {

namespace {

constexpr std::size_t kMiB = 1024 * 1024;
constexpr int kSmallRoom = 16 * 1024;

std::uint64_t fnv1a(std::uint64_t hash, base::Bytes bytes) {
  for (char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

// Sends on what its stream hears to another stream, and stops reading while that one is congested.
struct Relay final : StreamEvents {
  void on_bytes(base::Bytes bytes) override {
    to->stream->write(bytes);
    most = std::max(most, to->stream->queued());
    if (!to->stream->congested() || paused) return;
    paused = true;
    ++pauses;
    stream->pause();
  }
  void on_end() override { to->stream->shut_down(); }
  void on_writable() override {
    if (!to_resume->paused) return;
    to_resume->paused = false;
    to_resume->stream->resume();
  }
  void on_error(StreamError) override { broke = true; }

  std::unique_ptr<SocketStream> stream;
  Relay* to = nullptr;         // what is heard goes there
  Relay* to_resume = nullptr;  // who waits for this one's stream
  bool paused = false;
  bool broke = false;
  int pauses = 0;
  std::size_t most = 0;
};

}  // namespace

TEST_CASE("a thousand small chunks gathered in a turn are one piece") {
  Live live;
  Ends ends = connected(Family::kV4);
  Ear ear;
  ear.open(live, std::move(ends.near), false);
  std::string expected;
  live.turn([&] {
    for (int i = 0; i < 1000; ++i) {
      std::string chunk = std::to_string(i) + "\r\n";
      ear.stream->write(chunk);  // copied at once: it need not live until the turn's end
      expected += chunk;
    }
    CHECK(ear.stream->gathered() == expected.size());
  });
  CHECK(ear.stream->written() == expected.size());
  CHECK(read_exactly(ends.far, expected.size()) == expected);
}

TEST_CASE("five thousand pieces, more than one system call takes, arrive in order") {
  for (int room : {0, kSmallRoom}) {
    Live live;
    Ends ends = connected(Family::kV4, room);
    Ear ear;
    ear.open(live, std::move(ends.near), false, 64 * kMiB);
    constexpr std::size_t kPieces = 5000;
    std::string bytes = pattern(kPieces * 600);
    live.turn([&] {
      for (std::size_t i = 0; i < kPieces; ++i)
        ear.stream->write(base::Bytes(bytes).substr(i * 600, 600));
    });
    std::string got;
    CHECK(live.until([&] { return (got += read_some(ends.far)).size() >= bytes.size(); }));
    CHECK(got == bytes);
    CHECK(live.until([&] { return ear.stream->written() == bytes.size(); }));
  }
}

TEST_CASE("queued, congested, written and on_writable tell how the queue drains") {
  for (Family family : kFamilies) {
    Live live;
    Ends ends = connected(family, kSmallRoom);
    Ear ear;
    constexpr std::size_t kMark = 256 * 1024;
    ear.open(live, std::move(ends.near), family == Family::kUnix, kMark);
    std::string bytes = pattern(4 * kMiB);
    live.turn([&] { ear.stream->write(bytes); });
    auto at_once = ear.stream->written();
    CHECK(at_once > 0);
    CHECK(at_once < bytes.size());
    CHECK(ear.stream->queued() >= bytes.size() - at_once);
    CHECK(ear.stream->congested());

    // While libuv drains the one request, written() goes up and queued() holds what it holds.
    std::string got;
    auto held = ear.stream->queued();
    CHECK(live.until([&] { return (got += read_some(ends.far)).size() > kMiB; }));
    live.settle();
    CHECK(ear.stream->written() > at_once);
    CHECK(ear.stream->written() < bytes.size());
    CHECK(ear.stream->queued() == held);
    CHECK_FALSE(ear.heard("writable"));

    // A second request behind it: when the first is done, the queue is under half of the mark.
    std::string rest = pattern(100 * 1024, 7);
    live.turn([&] { ear.stream->write(rest); });
    CHECK(ear.stream->queued() >= held + rest.size());
    std::vector<std::size_t> queued_at;
    CHECK(live.until([&] {
      got += read_some(ends.far);
      if (ear.events.size() > queued_at.size()) queued_at.push_back(ear.stream->queued());
      return got.size() >= bytes.size() + rest.size() && ear.stream->queued() == 0;
    }));
    live.settle();
    CHECK(got == bytes + rest);
    CHECK(ear.stream->written() == bytes.size() + rest.size());
    CHECK_FALSE(ear.stream->congested());
    CHECK(ear.count("writable") == 2);
    REQUIRE(queued_at.size() >= 1);
    CHECK(queued_at.front() <= kMark / 2);
  }
}

TEST_CASE("a queue that was never congested says so once, when it is empty") {
  Live live;
  Ends ends = connected(Family::kV4, kSmallRoom);
  Ear ear;
  ear.open(live, std::move(ends.near), false, 64 * kMiB);
  std::string bytes = pattern(kMiB);
  live.turn([&] { ear.stream->write(bytes); });
  CHECK(ear.stream->queued() > 0);
  CHECK_FALSE(ear.stream->congested());
  std::string got;
  CHECK(live.until([&] { return (got += read_some(ends.far)).size() == bytes.size(); }));
  CHECK(live.until([&] { return ear.heard("writable"); }));
  live.settle();
  CHECK(got == bytes);
  CHECK(ear.count("writable") == 1);
}

TEST_CASE("FIN goes behind what is queued, and behind what is written in its turn") {
  for (Family family : kFamilies) {
    Live live;
    Ends ends = connected(family, kSmallRoom);
    Ear ear;
    ear.open(live, std::move(ends.near), family == Family::kUnix);
    std::string bytes = pattern(kMiB);
    live.turn([&] { ear.stream->write(bytes); });
    live.turn([&] {
      ear.stream->write("the end");
      ear.stream->shut_down();
      ear.stream->shut_down();
    });
    std::string got;
    std::thread peer([&] { CHECK(read_to_end(ends.far, got) == 0); });
    CHECK(live.until([&] { return ear.stream->queued() == 0; }));
    live.settle();
    peer.join();
    CHECK(got == bytes + "the end");
    CHECK_FALSE(ear.heard("reset"));
  }
}

TEST_CASE(
    "a queued write that fails is a reset, and counts as written: nobody knows how far it "
    "got") {
  Live live;
  Ends ends = connected(Family::kV4, kSmallRoom);
  Ear ear;
  ear.open(live, std::move(ends.near), false);
  std::string bytes = pattern(kMiB);
  live.turn([&] { ear.stream->write(bytes); });
  live.turn([&] { ear.stream->write("behind"); });
  CHECK(ear.stream->queued() > 0);
  close_by_reset(ends.far);
  CHECK(live.until([&] { return ear.heard("reset"); }));
  live.settle();
  CHECK(ear.count("reset") == 1);
  CHECK_FALSE(ear.heard("writable"));
  CHECK(ear.stream->queued() == 0);
  CHECK(ear.stream->written() <= bytes.size());
}

TEST_CASE("a large rest takes the read buffer, a small one is copied") {
  struct Echo final : StreamEvents {
    void on_bytes(base::Bytes bytes) override {
      came += bytes.size();
      CHECK(live->loop.owns(bytes));
      buffer = &live->loop.read_buffer();
      to->stream->write(bytes);
    }
    void on_end() override {}
    void on_writable() override {}
    void on_error(StreamError) override {}
    Live* live = nullptr;
    Ear* to = nullptr;
    std::size_t came = 0;
    const ReadBuffer* buffer = nullptr;
  };

  for (std::size_t size : {std::size_t{60'000}, std::size_t{4'000}}) {
    Live live;
    Ends ends = connected(Family::kUnix, 1 << 20);
    Ends onward = connected(Family::kUnix, kSmallRoom);
    Ear to;
    to.open(live, std::move(onward.near), true, 64 * kMiB);
    Ear from;
    Echo echo;
    echo.live = &live;
    echo.to = &to;
    from.open(live, std::move(ends.near), true);
    from.stream->set_events(&echo);
    // Nothing of what follows is taken by the kernel.
    std::string plug = pattern(kMiB);
    live.turn([&] { to.stream->write(plug); });
    auto before = to.stream->queued();

    std::string bytes = pattern(size, 3);
    REQUIRE(send_all(ends.far, bytes));
    CHECK(live.until([&] { return echo.came == size; }));
    bool adopted = &live.loop.read_buffer() != echo.buffer;
    CHECK(adopted == (size > ReadBuffer::kSize / 4));
    auto held = to.stream->queued() - before;
    CHECK(held == (adopted ? ReadBuffer::kSize : 4096));
    std::string got;
    CHECK(live.until([&] { return (got += read_some(onward.far)).size() == plug.size() + size; }));
    CHECK(got.substr(plug.size()) == bytes);
    CHECK(live.until([&] { return to.stream->queued() == 0; }));
  }
}

TEST_CASE("64 MiB arrive intact through a slow reader, in bounded memory") {
  for (Family family : {Family::kV4, Family::kUnix}) {
    Live live;
    Ends from = connected(family);
    Ends onward = connected(family, kSmallRoom);
    bool is_unix = family == Family::kUnix;
    constexpr std::size_t kMark = 256 * 1024;
    Relay in;
    Relay out;
    for (auto [relay, socket] : {std::pair(&in, &from.near), std::pair(&out, &onward.near)}) {
      relay->stream = SocketStream::make(live.loop, kMark);
      REQUIRE(relay->stream->open(std::move(*socket), is_unix) == 0);
      relay->stream->set_events(relay);
    }
    in.to = &out;
    out.to_resume = &in;
    out.to = &in;
    in.to_resume = &out;
    in.stream->start();
    out.stream->start();

    constexpr std::size_t kTotal = 64 * kMiB;
    std::string block = pattern(kMiB);
    std::uint64_t sent = 14695981039346656037U;
    std::uint64_t got = sent;
    std::size_t received = 0;
    std::thread writer([&] {
      for (std::size_t i = 0; i < kTotal / kMiB; ++i) {
        block[i] = static_cast<char>(i);
        sent = fnv1a(sent, block);
        CHECK(send_all(from.far, block));
      }
      ::shutdown(from.far.get(), SHUT_WR);
    });
    std::thread reader([&] {
      while (true) {
        std::string piece = read_exactly(onward.far, 50'021);
        if (piece.empty()) break;
        got = fnv1a(got, piece);
        received += piece.size();
      }
      ::shutdown(onward.far.get(), SHUT_WR);
    });
    bool over = live.until([&] { return out.stream->written() == kTotal; });
    live.settle();
    CHECK(over);
    writer.join();
    reader.join();
    CHECK(received == kTotal);
    CHECK(sent == got);
    CHECK_FALSE(in.broke);
    CHECK_FALSE(out.broke);
    CHECK(in.pauses > 0);
    CHECK(in.most <= kMark + ReadBuffer::kSize);
  }
}

}  // namespace weir::net
