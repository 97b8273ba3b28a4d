#include "support/memory/manual_time.h"

#include <algorithm>
#include <cassert>

namespace weir::memory {

namespace {

// Turns takes a plain function for its clock, so the time of a thread is here.
thread_local base::Stamp current = 0;
thread_local int alive = 0;

base::Stamp start() {
  // Not zero: Turns takes that for "not read yet".
  if (alive++ == 0) current = 1'000'000'000;
  return current;
}

}  // namespace

ManualTime::ManualTime() : turns_([] { return current; }), wheel_(*this, start()) {}

ManualTime::~ManualTime() { --alive; }

base::Stamp ManualTime::now() const { return current; }

void ManualTime::advance(base::Duration by) { advance_to(current + by.count() * 1'000'000); }

void ManualTime::advance_to(base::Stamp to) {
  assert(!turns_.inside() && to >= current);
  while (wheel_.next() <= to) {
    current = std::max(current, wheel_.next());
    in_turn([this] { wheel_.advance(current); });
  }
  current = to;
  turns_.forget_time();
}

void ManualTime::stall(base::Duration by) {
  assert(!turns_.inside());
  current += by.count() * 1'000'000;
  turns_.forget_time();
}

void ManualTime::wake_by(base::Stamp) {}  // advance_to asks the wheel itself

}  // namespace weir::memory
