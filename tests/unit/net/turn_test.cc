#include "net/turn.h"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weir::net {

namespace {

base::Stamp clock_now = 0;
int clock_reads = 0;
base::Stamp read_clock() {
  ++clock_reads;
  return clock_now;
}

using Order = std::vector<std::string>;

struct Flush final : Flushed {
  explicit Flush(std::function<void()> the_act) : act(std::move(the_act)) {}
  void flush() override { act(); }
  std::function<void()> act;
};
struct Defer final : Deferred {
  explicit Defer(std::function<void()> the_act) : act(std::move(the_act)) {}
  void on_turn_end() override { act(); }
  std::function<void()> act;
};
struct Retire final : base::Retirable {
  explicit Retire(std::function<void()> the_act) : act(std::move(the_act)) {}
  void dispose() override { act(); }
  std::function<void()> act;
};

}  // namespace

TEST_CASE("a turn ends with flushes, then deferred calls, then the retired, then scratch memory") {
  Turns turns(read_clock);
  Order order;
  std::string_view text;
  auto say = [&](const char* what) {
    return [&, what] {
      CHECK(turns.inside());
      CHECK(text == "scratch");
      order.emplace_back(what);
    };
  };
  Retire retire(say("retire"));
  Defer defer(say("defer"));
  Flush flush(say("flush"));
  {
    Turns::Scope scope(turns);
    text = turns.scratch().copy("scratch");
    turns.retired().add(retire);
    turns.defer(defer);
    turns.defer(defer);
    turns.touch(flush);
    turns.touch(flush);
    CHECK(order.empty());
  }
  CHECK(order == Order{"flush", "defer", "retire"});
  CHECK_FALSE(turns.inside());
  Turns::Scope scope(turns);
  CHECK(turns.scratch().copy("again").data() == text.data());
}

TEST_CASE("only the outermost callback ends the turn") {
  Turns turns(read_clock);
  int flushed = 0;
  Flush flush([&] { ++flushed; });
  {
    Turns::Scope outer(turns);
    {
      Turns::Scope inner(turns);
      turns.touch(flush);
    }
    CHECK(flushed == 0);
    CHECK(turns.inside());
  }
  CHECK(flushed == 1);
}

TEST_CASE("what a deferred call writes is flushed before the next round of deferred calls") {
  Turns turns(read_clock);
  Order order;
  Flush flush([&] { order.emplace_back("flush"); });
  Defer last([&] { order.emplace_back("last"); });
  Defer first([&] {
    order.emplace_back("first");
    turns.touch(flush);
    turns.defer(last);
  });
  Defer beside([&] { order.emplace_back("beside"); });
  {
    Turns::Scope scope(turns);
    turns.defer(first);
    turns.defer(beside);
  }
  CHECK(order == Order{"first", "beside", "flush", "last"});
}

TEST_CASE("what a retired object does while it goes is still of this turn") {
  // Left over, it would wait for the next event, with views into memory that is forgotten by then.
  Turns turns(read_clock);
  Order order;
  std::string_view text;
  Flush flush([&] {
    CHECK(text == "goodbye");
    order.emplace_back("flush");
  });
  Retire second([&] { order.emplace_back("second"); });
  Defer defer([&] { order.emplace_back("defer"); });
  Retire first([&] {
    order.emplace_back("first");
    text = turns.scratch().copy("goodbye");
    turns.touch(flush);
    turns.defer(defer);
    turns.retired().add(second);
  });
  {
    Turns::Scope scope(turns);
    turns.retired().add(first);
  }
  CHECK(order == Order{"first", "second", "flush", "defer"});
  CHECK(turns.retired().empty());
}

TEST_CASE("what one round of deferred calls retires is gone before the next round") {
  Turns turns(read_clock);
  Order order;
  Retire retire([&] { order.emplace_back("retire"); });
  Flush flush([&] { order.emplace_back("flush"); });
  Defer last([&] { order.emplace_back("last"); });
  Defer first([&] {
    order.emplace_back("first");
    turns.touch(flush);
    turns.retired().add(retire);
    turns.defer(last);
  });
  {
    Turns::Scope scope(turns);
    turns.defer(first);
  }
  CHECK(order == Order{"first", "flush", "retire", "last"});
}

TEST_CASE("what is destroyed is neither flushed nor called, also by one before it") {
  Turns turns(read_clock);
  int called = 0;
  auto victim = std::make_unique<Defer>([&] { ++called; });
  auto stream = std::make_unique<Flush>([&] { ++called; });
  Defer killer([&] { victim.reset(); });
  Flush writer([&] { stream.reset(); });
  {
    Turns::Scope scope(turns);
    turns.touch(writer);
    turns.touch(*stream);
    turns.defer(killer);
    turns.defer(*victim);
  }
  CHECK(called == 0);
  CHECK(victim == nullptr);
  CHECK(stream == nullptr);
}

TEST_CASE("an object may destroy itself at the end of the turn") {
  Turns turns(read_clock);
  std::unique_ptr<Defer> defer;
  std::unique_ptr<Flush> flush;
  defer = std::make_unique<Defer>([&] { auto dead = std::move(defer); });
  flush = std::make_unique<Flush>([&] { auto dead = std::move(flush); });
  {
    Turns::Scope scope(turns);
    turns.defer(*defer);
    turns.touch(*flush);
  }
  CHECK(defer == nullptr);
  CHECK(flush == nullptr);
}

TEST_CASE("the clock is read once a wake-up, at the first question") {
  Turns turns(read_clock);
  clock_reads = 0;
  clock_now = 5;
  CHECK(clock_reads == 0);
  CHECK(turns.now() == 5);
  clock_now = 6;
  CHECK(turns.now() == 5);
  CHECK(clock_reads == 1);
  turns.forget_time();
  CHECK(turns.now() == 6);
  CHECK(clock_reads == 2);
}

}  // namespace weir::net
