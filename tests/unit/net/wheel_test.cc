#include "net/wheel.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include "unit/net/live.h"

namespace weir::net {

namespace {

constexpr base::Stamp kStart = 1'000'000'000'000'123;
constexpr base::Stamp kMs = 1'000'000;

// A wheel whose time is turned by hand.
struct Hand final : Wheel::Alarm {
  void wake_by(base::Stamp at) override {
    ++alarms;
    alarm = at;
  }
  // Lets time pass up to `to`, waking the wheel only when it asked for it.
  void run_to(base::Stamp to) {
    while (alarm <= to) {
      now = std::max(now, alarm);
      alarm = base::kNever;
      wheel.advance(now);
    }
    now = to;
  }

  base::Stamp now = kStart;
  base::Stamp alarm = base::kNever;
  int alarms = 0;
  Wheel wheel{*this, kStart};
};

// Writes down when it was told.
struct Timer final : DeadlineEvents {
  explicit Timer(Hand& the_hand) : hand(the_hand) {}
  void on_deadline(Deadline& which) override {
    CHECK(&which == &deadline);
    CHECK(which.at() == base::kNever);
    fired.push_back(hand.now);
  }
  Hand& hand;
  Deadline deadline{hand.wheel, *this};
  std::vector<base::Stamp> fired;
};

// Does whatever the test says.
template <class Act>
struct Acting final : DeadlineEvents {
  Acting(Wheel& wheel, Act the_act) : deadline(wheel, *this), act(std::move(the_act)) {}
  void on_deadline(Deadline&) override { act(); }
  Deadline deadline;
  Act act;
};

}  // namespace

TEST_CASE("a deadline fires once, never early and at most a tick late") {
  Hand hand;
  Timer timer(hand);
  for (base::Stamp in :
       {base::Stamp{1}, Wheel::kTick - 1, Wheel::kTick, Wheel::kTick + 1, 100 * kMs, 8191 * kMs,
        8192 * kMs, 8200 * kMs, 60'000 * kMs, 86'400'000 * kMs}) {
    CAPTURE(in);
    base::Stamp at = hand.now + in;
    timer.fired.clear();
    timer.deadline.set(at);
    CHECK(timer.deadline.at() == at);
    hand.run_to(at - 1);
    CHECK(timer.fired.empty());
    hand.run_to(at + Wheel::kTick);
    REQUIRE(timer.fired.size() == 1);
    CHECK(timer.fired[0] >= at);
    hand.run_to(hand.now + 20'000 * kMs);
    CHECK(timer.fired.size() == 1);
  }
}

TEST_CASE("a deadline in the past fires at the next tick") {
  Hand hand;
  Timer timer(hand);
  for (base::Stamp at : {hand.now, hand.now - 1, hand.now - 100'000 * kMs, base::Stamp{0}}) {
    timer.deadline.set(at);
    hand.run_to(hand.now + Wheel::kTick);
  }
  CHECK(timer.fired.size() == 4);
}

TEST_CASE("100,000 deadlines, set, moved and cleared at random, fire as a reference says") {
  Hand hand;
  std::mt19937_64 random(20240607);
  auto below = [&](std::int64_t limit) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
  };
  // Short ones, some around one turn of the wheel, some far behind it.
  auto span = [&] {
    constexpr std::int64_t kSpans[] = {20 * kMs, 1000 * kMs, 8300 * kMs, 70'000 * kMs};
    return below(kSpans[below(4)]);
  };
  constexpr std::size_t kTimers = 2000;
  struct Expected {
    base::Stamp at = base::kNever;
    std::size_t fired = 0;
  };
  std::vector<std::unique_ptr<Timer>> timers;
  std::vector<Expected> expected(kTimers);
  for (std::size_t i = 0; i < kTimers; ++i) timers.push_back(std::make_unique<Timer>(hand));

  int wrong = 0;
  auto check = [&](std::size_t i) {
    Expected& want = expected[i];
    auto& fired = timers[i]->fired;
    bool due = want.at != base::kNever && want.at <= hand.now - Wheel::kTick;
    if (fired.size() > want.fired) {
      // Once, not early, not later than a tick.
      bool well = fired.size() == want.fired + 1 && fired.back() >= want.at &&
                  fired.back() <= want.at + Wheel::kTick;
      if (!well) ++wrong;
      want = {base::kNever, fired.size()};
    } else if (due) {
      ++wrong;
    }
  };
  for (int step = 0; step < 100'000; ++step) {
    auto i = static_cast<std::size_t>(below(kTimers));
    check(i);
    if (below(10) == 0) {
      timers[i]->deadline.clear();
      expected[i].at = base::kNever;
    } else {
      expected[i].at = hand.now + 1 + span();
      timers[i]->deadline.set(expected[i].at);
    }
    hand.run_to(hand.now + below(2 * kMs));
  }
  hand.run_to(hand.now + 80'000 * kMs);
  for (std::size_t i = 0; i < kTimers; ++i) check(i);
  CHECK(wrong == 0);
  CHECK(hand.wheel.next() == base::kNever);
}

TEST_CASE("moving later and clearing only store: no alarm, and an earlier slot finds nothing due") {
  Hand hand;
  Timer timer(hand);
  timer.deadline.set(hand.now + 100 * kMs);
  int alarms = hand.alarms;
  for (int i = 1; i <= 1000; ++i) timer.deadline.set(hand.now + (100 + i) * kMs);
  CHECK(hand.alarms == alarms);
  hand.run_to(hand.now + 1099 * kMs);
  CHECK(timer.fired.empty());
  hand.run_to(hand.now + 10 * kMs);
  CHECK(timer.fired.size() == 1);

  timer.deadline.set(hand.now + 100 * kMs);
  timer.deadline.clear();
  CHECK(timer.deadline.at() == base::kNever);
  hand.run_to(hand.now + 1000 * kMs);
  CHECK(timer.fired.size() == 1);
  CHECK(hand.alarm == base::kNever);  // and the wheel sleeps
}

TEST_CASE("moving earlier is heard at the earlier time, also after clearing") {
  Hand hand;
  Timer timer(hand);
  timer.deadline.set(hand.now + 60'000 * kMs);
  timer.deadline.clear();
  timer.deadline.set(hand.now + 5000 * kMs);
  timer.deadline.set(hand.now + 50 * kMs);
  hand.run_to(hand.now + 49 * kMs);
  CHECK(timer.fired.empty());
  hand.run_to(hand.now + 10 * kMs);
  CHECK(timer.fired.size() == 1);
  timer.deadline.set(base::kNever);
  CHECK_FALSE(timer.deadline.linked());
}

TEST_CASE("the alarm is raised for what is earlier than everything before, and only for that") {
  Hand hand;
  Timer first(hand);
  Timer second(hand);
  first.deadline.set(hand.now + 1000 * kMs);
  CHECK(hand.alarms == 1);
  CHECK(hand.alarm >= hand.now + 1000 * kMs);
  CHECK(hand.alarm == hand.wheel.next());
  second.deadline.set(hand.now + 2000 * kMs);
  CHECK(hand.alarms == 1);
  second.deadline.set(hand.now + 10 * kMs);
  CHECK(hand.alarms == 2);
  CHECK(hand.alarm <= hand.now + 10 * kMs + Wheel::kTick);
  CHECK(hand.alarm == hand.wheel.next());
}

TEST_CASE("after a long sleep everything due fires, and nothing else") {
  for (base::Stamp sleep : {8 * kMs, 8191 * kMs, 8192 * kMs, 8193 * kMs, 3'600'000 * kMs}) {
    CAPTURE(sleep);
    Hand hand;
    std::vector<std::unique_ptr<Timer>> timers;
    for (base::Stamp in = 1; in <= 2 * sleep; in += std::max<base::Stamp>(1, sleep / 500)) {
      timers.push_back(std::make_unique<Timer>(hand));
      timers.back()->deadline.set(hand.now + in);
    }
    base::Stamp start = hand.now;
    hand.now += sleep;
    hand.wheel.advance(hand.now);
    for (std::size_t i = 0; i < timers.size(); ++i) {
      auto at = start + 1 + static_cast<base::Stamp>(i) * std::max<base::Stamp>(1, sleep / 500);
      if (at <= hand.now - Wheel::kTick) CHECK(timers[i]->fired.size() == 1);
      if (at > hand.now) CHECK(timers[i]->fired.empty());
    }
    hand.run_to(hand.now + sleep + Wheel::kTick);
    for (auto& timer : timers) CHECK(timer->fired.size() == 1);
  }
}

TEST_CASE("an event may set its own deadline again, also to now: once a tick, not for ever") {
  Hand hand;
  int fired = 0;
  DeadlineEvents* self = nullptr;
  Deadline* own = nullptr;
  auto again = [&] {
    ++fired;
    own->set(hand.now);
  };
  Acting acting(hand.wheel, again);
  self = &acting;
  CHECK(self != nullptr);
  own = &acting.deadline;
  own->set(hand.now);
  hand.run_to(hand.now + 80 * kMs);
  CHECK(fired >= 9);
  CHECK(fired <= 11);
}

TEST_CASE("an event may move, clear and destroy others of its own tick") {
  Hand hand;
  Timer cleared(hand);
  Timer moved(hand);
  auto destroyed = std::make_unique<Timer>(hand);
  std::vector<base::Stamp>* heard = &destroyed->fired;
  CHECK(heard->empty());
  base::Stamp later = hand.now + 500 * kMs;
  auto act = [&] {
    cleared.deadline.clear();
    moved.deadline.set(later);
    destroyed.reset();
  };
  Acting acting(hand.wheel, act);
  base::Stamp at = hand.now + 50 * kMs;
  acting.deadline.set(at);
  cleared.deadline.set(at);
  moved.deadline.set(at);
  destroyed->deadline.set(at);
  hand.run_to(at + Wheel::kTick);
  CHECK(destroyed == nullptr);
  CHECK(cleared.fired.empty());
  CHECK(moved.fired.empty());
  hand.run_to(later + Wheel::kTick);
  CHECK(cleared.fired.empty());
  REQUIRE(moved.fired.size() == 1);
  CHECK(moved.fired[0] >= later);
}

TEST_CASE("a deadline may be destroyed inside its own event") {
  Hand hand;
  struct Once final : DeadlineEvents {
    void on_deadline(Deadline&) override { deadline.reset(); }
    std::unique_ptr<Deadline> deadline;
  } once;
  once.deadline = std::make_unique<Deadline>(hand.wheel, once);
  once.deadline->set(hand.now + kMs);
  hand.run_to(hand.now + 20 * kMs);
  CHECK(once.deadline == nullptr);
}

TEST_CASE("destroying a deadline cancels it") {
  Hand hand;
  {
    Timer timer(hand);
    timer.deadline.set(hand.now + 10 * kMs);
  }
  hand.run_to(hand.now + 100 * kMs);
  CHECK(hand.wheel.next() == base::kNever);
}

TEST_CASE("on a real loop a deadline is not early and its wheel wakes up once for it") {
  Live live;
  struct Told final : DeadlineEvents {
    void on_deadline(Deadline&) override { told = true; }
    bool told = false;
  } told;
  Deadline deadline(live.loop.wheel(), told);
  live.loop.turns().forget_time();
  base::Stamp at = live.loop.now() + 30 * kMs;
  deadline.set(at);
  // What fires before libuv polls does not end the poll: something must come behind it.
  Deadline behind(live.loop.wheel(), told);
  behind.set(at + 1000 * kMs);
  int wakes = 0;
  while (!told.told) {
    live.loop.run_once();
    ++wakes;
    REQUIRE(wakes < 100);
  }
  live.loop.turns().forget_time();
  CHECK(live.loop.now() >= at);
  CHECK(live.loop.now() < at + 1000 * kMs);
  CHECK(wakes <= 2);
}

}  // namespace weir::net
