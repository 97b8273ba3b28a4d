#include "net/signals.h"

#include <doctest/doctest.h>

#include <csignal>
#include <memory>
#include <vector>

#include "unit/net/live.h"

namespace weir::net {

namespace {

struct Heard final : SignalEvents {
  explicit Heard(Live& the_live) : live(the_live) {}
  void on_signal(int number) override {
    CHECK(live.loop.turns().inside());
    numbers.push_back(number);
    if (destroy) signals.reset();
  }
  Live& live;
  bool destroy = false;
  std::unique_ptr<Signals> signals;
  std::vector<int> numbers;
};

bool is_default(int number) {
  struct sigaction now {};
  return ::sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_DFL;
}

}  // namespace

TEST_CASE("each of the signals is heard, from the loop, with its number") {
  Live live;
  Heard heard(live);
  heard.signals =
      std::make_unique<Signals>(live.loop, heard, std::initializer_list<int>{SIGUSR1, SIGUSR2});
  ::raise(SIGUSR2);
  CHECK(heard.numbers.empty());
  CHECK(live.until([&] { return heard.numbers.size() == 1; }));
  ::raise(SIGUSR1);
  CHECK(live.until([&] { return heard.numbers.size() == 2; }));
  CHECK(heard.numbers == std::vector<int>{SIGUSR2, SIGUSR1});
}

TEST_CASE("destroyed, they have their default again; a signal under way is not heard") {
  Live live;
  Heard heard(live);
  heard.signals = std::make_unique<Signals>(live.loop, heard, std::initializer_list<int>{SIGUSR1});
  CHECK_FALSE(is_default(SIGUSR1));
  ::raise(SIGUSR1);
  heard.signals.reset();
  CHECK(is_default(SIGUSR1));
  live.settle();
  CHECK(heard.numbers.empty());
}

TEST_CASE("destroyed inside a signal, the others under way are not heard") {
  Live live;
  Heard heard(live);
  heard.destroy = true;
  heard.signals =
      std::make_unique<Signals>(live.loop, heard, std::initializer_list<int>{SIGUSR1, SIGUSR2});
  ::raise(SIGUSR1);
  ::raise(SIGUSR2);
  CHECK(live.until([&] { return heard.signals == nullptr; }));
  live.settle();
  CHECK(heard.numbers.size() == 1);
}

}  // namespace weir::net
