#pragma once

#include <initializer_list>
#include <memory>
#include <vector>

namespace weir::net {

class Loop;

// Hears of a signal of the process, on the loop's thread, inside a turn.
class SignalEvents {
 public:
  virtual void on_signal(int number) = 0;

 protected:
  ~SignalEvents() = default;
};

// Takes signals of the process to a loop. Destroying it gives them back their default. One thread.
class Signals {
 public:
  Signals(Loop& loop, SignalEvents& events, std::initializer_list<int> numbers);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  struct State;
  std::vector<std::unique_ptr<State>> states_;
};

}  // namespace weir::net
