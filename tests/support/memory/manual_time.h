#pragma once

#include "base/clock.h"
#include "net/turn.h"
#include "net/wheel.h"

namespace weir::memory {

// A loop without a loop: turns and a timer wheel over a clock that only the test moves. Several
// on one thread share the time, and each fires its own deadlines. Make it before everything that
// uses it.
class ManualTime final : net::Wheel::Alarm {
 public:
  ManualTime();
  ~ManualTime();
  ManualTime(const ManualTime&) = delete;
  ManualTime& operator=(const ManualTime&) = delete;

  net::Turns& turns() { return turns_; }
  net::Wheel& wheel() { return wheel_; }
  [[nodiscard]] base::Stamp now() const;

  // Moves time on by `by` and fires the deadlines on the way, each at its own time and in a turn of
  // its own. Not inside a turn.
  void advance(base::Duration by);
  // The same to a point in time; used where nanoseconds matter.
  void advance_to(base::Stamp to);
  // Moves time on without firing anything, as if the loop was held up; advance() then fires late.
  void stall(base::Duration by);
  // Calls `act()` in a turn, as a callback of the loop would.
  template <class Act>
  void in_turn(Act act) {
    turns_.forget_time();
    net::Turns::Scope scope(turns_);
    act();
  }
  // Some deadline is linked in the wheel (it may have been cleared since).
  [[nodiscard]] bool has_deadline() const { return wheel_.next() != base::kNever; }

 private:
  void wake_by(base::Stamp at) override;

  net::Turns turns_;
  net::Wheel wheel_;
};

}  // namespace weir::memory
