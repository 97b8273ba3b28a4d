#include "observe/access_log.h"

#include <doctest/doctest.h>

#include <string>

#include "support/memory/manual_time.h"
#include "unit/observe/scratch.h"

namespace weir::observe {
namespace {

constexpr base::Duration kFlush{1000};

// A worker's access log over a log thread with `buffers` buffers, which runs only when told.
struct Logged {
  explicit Logged(std::size_t buffers) : thread(buffers, 4096, errors) {
    REQUIRE(thread.open(scratch / "log").ok());
  }
  void ask(AccessLog& log, int times = 1) {
    time.in_turn([&] {
      for (int i = 0; i < times; ++i) log.on_exchange(asked.request, route);
    });
  }
  // What is in the file once all that was handed over is written.
  std::vector<std::string> lines() {
    thread.start();
    thread.stop();
    return lines_of(text_of_file(scratch / "log"));
  }

  Scratch scratch;
  ErrorLog errors;
  LogThread thread;
  base::Counter dropped;
  memory::ManualTime time;
  Asked asked;
  server::RouteTarget route;
};

}  // namespace

TEST_CASE("a line waits for the flush time and no longer") {
  Logged l(4);
  AccessLog log(kFlush, l.thread, 0, l.dropped, l.time.turns(), l.time.wheel());
  l.ask(log);
  l.time.advance(base::Duration(500));
  l.ask(log);
  l.time.advance(base::Duration(600));
  CHECK_FALSE(l.time.has_deadline());
  auto lines = l.lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].starts_with("10.1.2.3 - - ["));
  CHECK(lines[0].ends_with("] \"GET /a?b=1 HTTP/1.1\" 200 5 \"-\" \"-\""));
}

TEST_CASE("nothing is handed over before it is due or full") {
  Logged l(4);
  AccessLog log(kFlush, l.thread, 0, l.dropped, l.time.turns(), l.time.wheel());
  l.ask(log);
  l.time.advance(base::Duration(900));
  CHECK(l.lines().empty());
}

TEST_CASE("a full buffer goes at once, and the end takes the rest along") {
  Logged l(100);
  {
    AccessLog log(kFlush, l.thread, 0, l.dropped, l.time.turns(), l.time.wheel());
    l.ask(log, 200);
    CHECK(l.dropped.get() == 0);
  }
  CHECK(l.lines().size() == 200);
}

TEST_CASE("lines without a free buffer are dropped and counted, and logging goes on") {
  Logged l(2);
  AccessLog log(kFlush, l.thread, 0, l.dropped, l.time.turns(), l.time.wheel());
  l.ask(log, 200);
  auto dropped = l.dropped.get();
  CHECK(dropped > 0);
  log.flush();
  CHECK(l.lines().size() + dropped == 200);
  // The thread gave its buffers back.
  l.ask(log);
  CHECK(l.dropped.get() == dropped);
}

TEST_CASE("a line too long for a buffer is cut, not lost") {
  Logged l(4);
  std::string agent(50'000, '"');
  l.asked.request.head.fields.add(l.asked.arena, "User-Agent", agent);
  {
    AccessLog log(kFlush, l.thread, 0, l.dropped, l.time.turns(), l.time.wheel());
    l.ask(log, 2);
  }
  auto lines = l.lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[1].size() < 4096);
  CHECK(lines[1].ends_with("\\x22\""));
}

}  // namespace weir::observe
