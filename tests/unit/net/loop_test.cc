#include "net/loop.h"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "unit/net/live.h"

namespace weir::net {

TEST_CASE("a loop that nothing lives on is not alive, and closes cleanly") {
  Loop loop;
  CHECK_FALSE(loop.run_once());
}

TEST_CASE("a loop closes cleanly with what was closed a moment before, stopped or not") {
  for (bool stop : {false, true}) {
    Loop loop;
    Mailbox mailbox(loop);
    Ends ends = connected(Family::kV4, 16 * 1024);
    SocketStream stream(loop, 1024);
    REQUIRE(stream.open(std::move(ends.near), false) == 0);
    std::string bytes = pattern(1024 * 1024);
    {
      Turns::Scope scope(loop.turns());
      stream.write(bytes);
    }
    if (stop) loop.stop();
  }
}

TEST_CASE("run() goes on until stop(), which a letter of another thread may say") {
  Loop loop;
  Mailbox mailbox(loop);
  struct Stop final : Letter {
    Stop(Loop& the_loop, bool& the_opened) : loop(the_loop), opened(the_opened) {}
    void open() override { loop.stop(), opened = true; }
    Loop& loop;
    bool& opened;
  };
  bool opened = false;
  std::thread other([&] { mailbox.post(std::make_unique<Stop>(loop, opened)); });
  loop.run();
  other.join();
  CHECK(opened);
}

TEST_CASE("time stands still within a wake-up and goes on with the next") {
  Live live;
  live.turn([&] {
    auto then = live.loop.now();
    auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(2);
    while (std::chrono::steady_clock::now() < until) {
    }
    CHECK(live.loop.now() == then);
    live.loop.turns().forget_time();
    CHECK(live.loop.now() >= then + 2'000'000);
  });
}

TEST_CASE("the read buffer belongs to the loop until it is adopted, and comes back") {
  Loop loop;
  ReadBuffer* first = &loop.read_buffer();
  base::Bytes bytes(first->bytes.data(), ReadBuffer::kSize);
  CHECK(loop.owns(bytes));
  CHECK(loop.owns(bytes.substr(100, 5)));
  CHECK_FALSE(loop.owns(base::Bytes(bytes.data() + 1, ReadBuffer::kSize)));
  CHECK_FALSE(loop.owns("elsewhere"));
  auto adopted = loop.adopt_read_buffer();
  CHECK(adopted.get() == first);
  CHECK_FALSE(loop.owns(bytes));
  CHECK(&loop.read_buffer() != first);
  loop.give_back(loop.adopt_read_buffer());
  loop.give_back(std::move(adopted));
  CHECK(&loop.read_buffer() == first);
}

TEST_CASE("a buffer that is given back within a turn stays readable until the turn ends") {
  // However many are spare: another stream may have gathered views into it, and flush after this
  // one.
  Loop loop;
  std::vector<ReadBufferPtr> many;
  for (int i = 0; i < 100; ++i) {
    loop.read_buffer().bytes.fill('x');
    many.push_back(loop.adopt_read_buffer());
  }
  {
    Turns::Scope scope(loop.turns());
    std::vector<base::Bytes> views;
    for (auto& buffer : many) {
      views.emplace_back(buffer->bytes.data(), ReadBuffer::kSize);
      loop.give_back(std::move(buffer));
    }
    for (auto view : views) CHECK(view.find_first_not_of('x') == base::Bytes::npos);
  }
  loop.read_buffer();
}

}  // namespace weir::net
