#include "proxy/exchange_deadlines.h"

#include <doctest/doctest.h>

#include <vector>

#include "support/memory/manual_time.h"

namespace weir::proxy {

namespace {

using base::Duration;

// Writes down what came due.
struct Hearer final : net::DeadlineEvents {
  explicit Hearer(memory::ManualTime& the_time)
      : time(the_time), deadlines(the_time.wheel(), *this) {}
  void on_deadline(net::Deadline&) override {
    ++fired;
    for (Wait wait; (wait = deadlines.take_due(time.now())) != Wait::kNone;) due.push_back(wait);
  }
  void set(Wait wait, int ms) { deadlines.set(wait, base::after(time.now(), Duration(ms))); }

  memory::ManualTime& time;
  ExchangeDeadlines deadlines;
  std::vector<Wait> due;
  int fired = 0;
};

}  // namespace

TEST_CASE("each wait comes due at its own time, the earliest first") {
  memory::ManualTime time;
  Hearer hearer(time);
  hearer.set(Wait::kRoute, 300);
  hearer.set(Wait::kProgress, 100);
  hearer.set(Wait::kWrite, 200);
  time.advance(Duration(110));
  CHECK(hearer.due == std::vector<Wait>{Wait::kProgress});
  CHECK(!hearer.deadlines.armed(Wait::kProgress));
  time.advance(Duration(100));
  CHECK(hearer.due == std::vector<Wait>{Wait::kProgress, Wait::kWrite});
  time.advance(Duration(1000));
  CHECK(hearer.due == std::vector<Wait>{Wait::kProgress, Wait::kWrite, Wait::kRoute});
  CHECK(!time.has_deadline());
}

TEST_CASE("a wait that is moved later comes due only then") {
  memory::ManualTime time;
  Hearer hearer(time);
  hearer.set(Wait::kProgress, 100);
  time.advance(Duration(50));
  hearer.set(Wait::kProgress, 500);
  time.advance(Duration(400));
  CHECK(hearer.due.empty());
  time.advance(Duration(110));
  CHECK(hearer.due.size() == 1);
}

TEST_CASE("a wait that was cleared does not come due, the others do") {
  memory::ManualTime time;
  Hearer hearer(time);
  hearer.set(Wait::kProgress, 100);
  hearer.set(Wait::kContinue, 200);
  hearer.deadlines.clear(Wait::kProgress);
  time.advance(Duration(300));
  CHECK(hearer.due == std::vector<Wait>{Wait::kContinue});
}

TEST_CASE("clearing all leaves nothing to come") {
  memory::ManualTime time;
  Hearer hearer(time);
  hearer.set(Wait::kProgress, 100);
  hearer.set(Wait::kRoute, 200);
  hearer.deadlines.clear();
  time.advance(Duration(1000));
  CHECK(hearer.fired == 0);
  CHECK(!time.has_deadline());
}

TEST_CASE("moving a wait in steady use does not have the wheel fire for each move") {
  memory::ManualTime time;
  Hearer hearer(time);
  for (int i = 0; i < 1000; ++i) {
    hearer.set(Wait::kProgress, 1'000);
    time.advance(Duration(10));
    hearer.deadlines.clear();
  }
  CHECK(hearer.due.empty());
  CHECK(hearer.fired <= 1);
}

}  // namespace weir::proxy
