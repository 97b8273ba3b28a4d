#include "net/wheel.h"

#include <algorithm>
#include <bit>

namespace weir::net {

Wheel::Wheel(Alarm& alarm, base::Stamp now) : alarm_(alarm), tick_(now / kTick) {}

void Deadline::link() { wheel_.link(*this, at_); }

void Wheel::link(Deadline& deadline, base::Stamp at) {
  deadline.unlink();
  deadline.slot_time_ = base::kNever;
  if (at == base::kNever) return;
  // Rounded up, so that it never fires early; a later turn of the wheel looks again at what is far
  // away.
  std::int64_t tick = std::max(at / kTick + 1, tick_ + 1);
  tick = std::min(tick, tick_ + static_cast<std::int64_t>(kSlots) - 1);
  auto slot = static_cast<std::size_t>(tick) % kSlots;
  slots_[slot].push_back(deadline);
  occupied_[slot / 64] |= std::uint64_t{1} << (slot % 64);
  deadline.slot_time_ = tick * kTick;
  if (deadline.slot_time_ < armed_) {
    armed_ = deadline.slot_time_;
    alarm_.wake_by(armed_);
  }
}

void Wheel::advance(base::Stamp now) {
  std::int64_t until = now / kTick;
  // After a long sleep one turn of the wheel meets every slot.
  std::int64_t first = std::max(tick_ + 1, until - static_cast<std::int64_t>(kSlots) + 1);
  for (std::int64_t tick = first; tick <= until; ++tick) {
    auto slot = static_cast<std::size_t>(tick) % kSlots;
    tick_ = tick;
    std::uint64_t bit = std::uint64_t{1} << (slot % 64);
    if ((occupied_[slot / 64] & bit) == 0) continue;
    occupied_[slot / 64] &= ~bit;
    base::List<Deadline> due;
    due.splice(slots_[slot]);
    while (!due.empty()) {
      Deadline& deadline = due.pop_front();
      deadline.slot_time_ = base::kNever;
      if (deadline.at_ > now) {
        link(deadline, deadline.at_);
      } else {
        deadline.at_ = base::kNever;
        deadline.events_.on_deadline(deadline);
      }
    }
  }
  tick_ = std::max(tick_, until);
  armed_ = next();
  if (armed_ != base::kNever) alarm_.wake_by(armed_);
}

base::Stamp Wheel::next() const {
  for (std::size_t step = 1; step < kSlots;) {
    auto slot = static_cast<std::size_t>(tick_ + static_cast<std::int64_t>(step)) % kSlots;
    std::uint64_t rest = occupied_[slot / 64] >> (slot % 64);
    if (rest != 0) {
      step += static_cast<std::size_t>(std::countr_zero(rest));
      if (step >= kSlots) break;
      return (tick_ + static_cast<std::int64_t>(step)) * kTick;
    }
    step += 64 - slot % 64;
  }
  return base::kNever;
}

}  // namespace weir::net
