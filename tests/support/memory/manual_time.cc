#include "support/memory/manual_time.h"

#include <cassert>

namespace weir::memory {

namespace {

// Turns takes a plain function for its clock, so the time of a thread is here. Zero: no ManualTime
// is alive.
thread_local base::Stamp current = 0;

base::Stamp start() {
  assert(current == 0);
  current = 1'000'000'000;  // not zero: Turns takes that for "not read yet"
  return current;
}

}  // namespace

ManualTime::ManualTime() : turns_([] { return current; }), wheel_(*this, start()) {}

ManualTime::~ManualTime() { current = 0; }

base::Stamp ManualTime::now() const { return current; }

void ManualTime::advance(base::Duration by) { advance_to(current + by.count() * 1'000'000); }

void ManualTime::advance_to(base::Stamp to) {
  assert(!turns_.inside() && to >= current);
  while (wheel_.next() <= to) {
    current = wheel_.next();
    in_turn([this] { wheel_.advance(current); });
  }
  current = to;
  turns_.forget_time();
}

void ManualTime::wake_by(base::Stamp) {}  // advance_to asks the wheel itself

}  // namespace weir::memory
