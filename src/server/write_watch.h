#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"

namespace weir::server {

// Watches over timeouts.client_write: that what waits to be written to a client goes on moving. A
// stream tells how much it has written, not when; so its owner looks again and again, four times
// within the timeout. A stall is found at most a quarter of it late, and never early. A plain
// value, of one thread.
class WriteWatch {
 public:
  // Begins at `now`, when there is something to write and nothing was before.
  void begin(base::Stamp now) {
    on_ = true;
    moved_at_ = now;
    written_ = kUnknown;
  }
  // The same where it is known how much was written until now.
  void begin(base::Stamp now, std::uint64_t written) {
    begin(now);
    written_ = written;
  }
  void end() { on_ = false; }
  [[nodiscard]] bool on() const { return on_; }

  // Looks at `now`: true when `written`, bytes of the stream, has not grown for `timeout`.
  bool stalled(base::Stamp now, std::uint64_t written, base::Duration timeout) {
    if (written != written_) begin(now, written);
    return base::after(moved_at_, timeout) <= now;
  }
  // When to look next; kNever where `timeout` is zero, for none.
  [[nodiscard]] base::Stamp next_look(base::Stamp now, base::Duration timeout) const {
    constexpr base::Duration kLeast{1};
    if (timeout.count() == 0) return base::kNever;
    return std::min(base::after(now, std::max(timeout / 4, kLeast)),
                    base::after(moved_at_, timeout));
  }

 private:
  static constexpr std::uint64_t kUnknown = UINT64_MAX;

  std::uint64_t written_ = kUnknown;
  base::Stamp moved_at_ = 0;
  bool on_ = false;
};

}  // namespace weir::server
