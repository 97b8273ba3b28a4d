#include "net/mailbox.h"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "unit/net/live.h"

namespace weir::net {

namespace {

struct Numbers {
  std::vector<int> read;
  std::atomic<int> dropped = 0;
};

// Says its number when it is opened, and that it is gone when it is not.
struct Numbered final : Letter {
  Numbered(Numbers& the_numbers, int the_number) : numbers(the_numbers), number(the_number) {}
  ~Numbered() override { ++numbers.dropped; }
  void open() override { numbers.read.push_back(number); }
  Numbers& numbers;
  int number;
};

template <class Act>
struct Acting final : Letter {
  explicit Acting(Act the_act) : act(std::move(the_act)) {}
  void open() override { act(); }
  Act act;
};

template <class Act>
std::unique_ptr<Letter> letter(Act act) {
  return std::make_unique<Acting<Act>>(std::move(act));
}

}  // namespace

TEST_CASE(
    "letters are opened in the order in which they were posted, inside a turn, from the loop") {
  Live live;
  Mailbox mailbox(live.loop);
  Numbers numbers;
  bool inside = false;
  for (int i = 0; i < 100; ++i) mailbox.post(std::make_unique<Numbered>(numbers, i));
  mailbox.post(letter([&] { inside = live.loop.turns().inside(); }));
  CHECK(numbers.read.empty());
  CHECK(live.until([&] { return inside; }));
  REQUIRE(numbers.read.size() == 100);
  for (int i = 0; i < 100; ++i) CHECK(numbers.read[static_cast<std::size_t>(i)] == i);
  CHECK(numbers.dropped == 100);
}

TEST_CASE("four threads post at once: nothing is lost, and each one's letters keep their order") {
  Live live;
  Mailbox mailbox(live.loop);
  Numbers numbers;
  constexpr int kThreads = 4;
  constexpr int kEach = 5000;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i)
        mailbox.post(std::make_unique<Numbered>(numbers, t * kEach + i));
    });
  }
  CHECK(live.until([&] { return numbers.read.size() == kThreads * kEach; }));
  for (auto& thread : threads) thread.join();
  std::vector<int> next(kThreads);
  int wrong = 0;
  for (int number : numbers.read) {
    auto thread = static_cast<std::size_t>(number / kEach);
    if (number % kEach != next[thread]++) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("what a letter posts is opened behind it, not inside it") {
  Live live;
  Mailbox mailbox(live.loop);
  std::vector<int> order;
  mailbox.post(letter([&] {
    mailbox.post(letter([&] { order.push_back(2); }));
    order.push_back(1);
  }));
  CHECK(live.until([&] { return order.size() == 2; }));
  CHECK(order == std::vector<int>{1, 2});
}

TEST_CASE("two loops on two threads write to each other") {
  Live live;
  Mailbox here(live.loop);
  std::atomic<Mailbox*> there = nullptr;
  int rounds = 0;
  std::thread other([&] {
    Loop loop;
    Mailbox mailbox(loop);
    there = &mailbox;
    bool over = false;
    int left = 100;
    mailbox.post(letter([&] { here.post(letter([&] { ++rounds; })); }));
    while (!over) {
      loop.run_once();
      if (--left > 0) {
        mailbox.post(letter([&] { here.post(letter([&] { ++rounds; })); }));
      } else {
        over = true;
      }
    }
  });
  CHECK(live.until([&] { return rounds == 100; }));
  other.join();
}

TEST_CASE("letters that were not opened when the mailbox dies are dropped") {
  Live live;
  Numbers numbers;
  {
    Mailbox mailbox(live.loop);
    for (int i = 0; i < 10; ++i) mailbox.post(std::make_unique<Numbered>(numbers, i));
  }
  live.settle();
  CHECK(numbers.read.empty());
  CHECK(numbers.dropped == 10);
}

TEST_CASE(
    "a letter may destroy its mailbox; those behind it are dropped, for what they speak to is "
    "gone") {
  Live live;
  Numbers numbers;
  auto mailbox = std::make_unique<Mailbox>(live.loop);
  mailbox->post(std::make_unique<Numbered>(numbers, 1));
  mailbox->post(letter([&] { mailbox.reset(); }));
  mailbox->post(std::make_unique<Numbered>(numbers, 2));
  CHECK(live.until([&] { return mailbox == nullptr; }));
  live.settle();
  CHECK(numbers.read == std::vector<int>{1});
  CHECK(numbers.dropped == 2);
}

}  // namespace weir::net
