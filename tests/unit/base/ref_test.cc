#include "base/ref.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

namespace weir::base {

namespace {

struct Thing : Shared {
  Thing(std::atomic<int>& the_alive, int the_value) : alive(the_alive), value(the_value) {
    ++alive;
  }
  ~Thing() override { --alive; }
  std::atomic<int>& alive;
  int value;
};

struct Local : Counted {
  explicit Local(int& the_alive) : alive(the_alive) { ++alive; }
  ~Local() { --alive; }
  int& alive;
};

}  // namespace

TEST_CASE("on one thread too, the last holder to leave destroys the object") {
  int alive = 0;
  auto first = make_ref<Local>(alive);
  {
    Ref<const Local> second = first;
    first = {};
    CHECK(alive == 1);
    Ref<const Local> third = std::move(second);
    CHECK(second.get() == nullptr);  // NOLINT(bugprone-use-after-move): what it promises
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("the last holder to leave destroys the object") {
  std::atomic<int> alive = 0;
  auto first = make_shared_ref<Thing>(alive, 7);
  CHECK(alive == 1);
  CHECK(first->value == 7);
  CHECK((*first).value == 7);
  CHECK(static_cast<bool>(first));
  {
    SharedRef<Thing> second = first;
    SharedRef<Thing> third(second.get());  // one may always be made from a held object
    CHECK(third.get() == first.get());
    first = SharedRef<Thing>();
    CHECK_FALSE(static_cast<bool>(first));
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("moving hands the hold on; assigning to itself keeps it") {
  std::atomic<int> alive = 0;
  auto one = make_shared_ref<Thing>(alive, 1);
  SharedRef<Thing> two = std::move(one);
  CHECK(one.get() == nullptr);  // NOLINT(bugprone-use-after-move): what it promises
  CHECK(two->value == 1);
  auto& same = two;
  two = same;
  two = std::move(same);
  CHECK(two->value == 1);
  CHECK(alive == 1);
  two = make_shared_ref<Thing>(alive, 2);
  CHECK(two->value == 2);
  CHECK(alive == 1);
}

TEST_CASE("threads that copy and drop holds lose none and destroy the object once") {
  std::atomic<int> alive = 0;
  for (int round = 0; round < 20; ++round) {
    auto first = make_shared_ref<Thing>(alive, round);
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([mine = first, round, &wrong]() mutable {
        for (int i = 0; i < 1000; ++i) {
          SharedRef<Thing> copy = mine;
          if (copy->value != round) ++wrong;
        }
        mine = SharedRef<Thing>();
      });
    }
    first = SharedRef<Thing>();  // whoever is last destroys it
    for (auto& thread : threads) thread.join();
    CHECK(wrong == 0);
    CHECK(alive == 0);
  }
}

}  // namespace weir::base
