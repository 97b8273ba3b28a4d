#include "server/places.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace weir::server {

namespace {

struct Waiting final : Places::Waiter {
  void call() override { ++calls; }
  std::atomic<int> calls{0};
};

}  // namespace

TEST_CASE("there are as many places as the bound says, and no bound is none") {
  Places places;
  CHECK(places.take(2));
  CHECK(places.take(2));
  CHECK_FALSE(places.take(2));
  CHECK_FALSE(places.take(1));
  CHECK(places.take(0));
  CHECK(places.taken() == 3);
  places.give_back();
  CHECK_FALSE(places.take(2));
  places.give_back();
  CHECK(places.take(2));
}

TEST_CASE("a place that is given back calls who has waited longest, once") {
  Places places;
  Waiting first;
  Waiting second;
  CHECK(places.take_or_wait(1, first));
  CHECK_FALSE(places.take_or_wait(1, first));
  CHECK_FALSE(places.take_or_wait(1, second));
  places.give_back();
  CHECK(first.calls == 1);
  CHECK(second.calls == 0);
  CHECK_FALSE(places.leave(first));
  places.call_next();
  CHECK(second.calls == 1);
  places.call_next();
  CHECK(first.calls + second.calls == 2);
  CHECK(places.take_or_wait(1, second));
  CHECK_FALSE(places.take_or_wait(1, first));
  CHECK(places.leave(first));
  places.give_back();
  CHECK(first.calls == 1);
}

TEST_CASE("over threads the bound is never passed, and no place stays free while somebody waits") {
  constexpr int kThreads = 4;
  constexpr int kRounds = 20'000;
  constexpr std::uint64_t kMost = 2;
  Places places;
  std::atomic<std::uint64_t> inside{0};
  std::atomic<bool> passed{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      Waiting self;
      for (int i = 0; i < kRounds; ++i) {
        int before = self.calls;
        // Whoever is not called in the end hangs here, and with it the test.
        while (!places.take_or_wait(kMost, self)) {
          while (self.calls == before) std::this_thread::yield();
          before = self.calls;
        }
        if (inside.fetch_add(1) >= kMost) passed = true;
        inside.fetch_sub(1);
        places.give_back();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK_FALSE(passed);
  CHECK(places.taken() == 0);
}

}  // namespace weir::server
