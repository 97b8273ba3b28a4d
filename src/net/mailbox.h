#pragma once

#include <memory>

namespace weir::net {

class Loop;

// Something to be done on another thread's loop.
class Letter {
 public:
  virtual ~Letter() = default;
  // Called once, on the loop's thread, inside a turn.
  virtual void open() = 0;
};

// How other threads reach a loop: letters are opened there in the order in which they were posted.
// Belongs to the loop's thread; post() may be called from any. Letters that were not opened when it
// dies are dropped.
class Mailbox {
 public:
  explicit Mailbox(Loop& loop);
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // Any thread, as long as the mailbox lives.
  void post(std::unique_ptr<Letter> letter);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::net
