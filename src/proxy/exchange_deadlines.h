#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"
#include "net/wheel.h"

namespace weir::proxy {

// What an exchange waits for.
enum class Wait : std::uint8_t {
  kProgress,  // of the answer's way: connect, backoff, first byte or next bytes, by the machine's
              // state
  kWrite,     // the request's unsent bytes
  kContinue,  // a 100 for the client
  kTry,       // the answer's head, by the deadline of one try
  kRoute,     // the same over all tries, by the route's own deadline
  kNone,
};

// All deadlines of one exchange over a single one of the wheel. Moving one stores its time; the
// wheel's is only ever moved earlier, and looks again when it comes up. One thread.
class ExchangeDeadlines {
 public:
  ExchangeDeadlines(net::Wheel& wheel, net::DeadlineEvents& events) : deadline_(wheel, events) {
    at_.fill(base::kNever);
  }

  // `wait` ends at `at`, in place of any earlier setting; kNever: not at all.
  void set(Wait wait, base::Stamp at) {
    at_[index(wait)] = at;
    if (at < deadline_.at()) deadline_.set(at);
  }
  void clear(Wait wait) { at_[index(wait)] = base::kNever; }
  void clear() {
    at_.fill(base::kNever);
    deadline_.clear();
  }
  [[nodiscard]] bool armed(Wait wait) const { return at_[index(wait)] != base::kNever; }

  // In on_deadline: the earliest wait that is over at `now`, which is cleared. Where none is,
  // kNone, and the wheel is set for what is still to come.
  Wait take_due(base::Stamp now);

 private:
  static constexpr std::size_t index(Wait wait) { return static_cast<std::size_t>(wait); }

  net::Deadline deadline_;
  std::array<base::Stamp, static_cast<std::size_t>(Wait::kNone)> at_;
};

}  // namespace weir::proxy
