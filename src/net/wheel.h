#pragma once

#include <array>
#include <cstdint>

#include "base/clock.h"
#include "base/list.h"

namespace weir::net {

class Deadline;

// Hears that a deadline has passed.
class DeadlineEvents {
 public:
  virtual void on_deadline(Deadline& deadline) = 0;

 protected:
  ~DeadlineEvents() = default;
};

// The timer wheel of a loop (Varghese and Lauck 1987, hashed): all deadlines of a worker over one
// libuv timer. Setting, moving and clearing cost no system call and no search. A deadline fires at
// most one tick late, never early. One thread.
class Wheel {
 public:
  static constexpr std::int64_t kTick = 8'000'000;  // ns
  static constexpr std::size_t kSlots =
      1024;  // about 8 s a turn; later deadlines pass through again

  // Told when the earliest slot with a deadline changes to an earlier one; see next().
  class Alarm {
   public:
    virtual void wake_by(base::Stamp at) = 0;

   protected:
    ~Alarm() = default;
  };

  explicit Wheel(Alarm& alarm, base::Stamp now);

  // Fires what is due at `now`. Events may set, clear and destroy any deadline.
  void advance(base::Stamp now);
  // When advance() should be called next; kNever when no deadline is linked.
  [[nodiscard]] base::Stamp next() const;

 private:
  friend class Deadline;
  void link(Deadline& deadline, base::Stamp at);

  Alarm& alarm_;
  std::int64_t tick_;  // slots up to and including this tick have been fired
  base::Stamp armed_ = base::kNever;
  std::array<base::List<Deadline>, kSlots> slots_;
  std::array<std::uint64_t, kSlots / 64> occupied_{};
};

// A point in time at which its owner wants to be told. A member of its owner; destroying it
// cancels. Moving it later or clearing it only stores the new time: the wheel relinks it when the
// old slot comes up.
class Deadline : public base::ListHook<Deadline> {
 public:
  Deadline(Wheel& wheel, DeadlineEvents& events) : wheel_(wheel), events_(events) {}

  // Fires once at `at`, in place of any earlier setting; kNever: not at all.
  void set(base::Stamp at) {
    at_ = at;
    if (at < slot_time_ || !linked()) link();
  }
  void clear() { at_ = base::kNever; }
  // kNever when not set.
  [[nodiscard]] base::Stamp at() const { return at_; }

 private:
  friend class Wheel;
  void link();

  Wheel& wheel_;
  DeadlineEvents& events_;
  base::Stamp at_ = base::kNever;
  base::Stamp slot_time_ = base::kNever;  // when the slot it is linked in comes up
};

}  // namespace weir::net
