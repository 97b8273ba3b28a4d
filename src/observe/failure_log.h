#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/clock.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "observe/error_log.h"
#include "observe/explanation.h"
#include "server/service.h"

namespace weir::observe {

// Explains in the error log what one worker answered or cut itself: the reason and the key that
// would change it. At most kLinesPerSecond for each reason, so that a flood of one does not hide
// another; a second later it is told how many were left out. One thread.
class FailureLog final : public server::ExchangeLog, public net::DeadlineEvents {
 public:
  static constexpr unsigned kLinesPerSecond = 10;

  // All outlive it.
  FailureLog(ExplainedOptions options, ErrorLog& errors, net::Turns& turns, net::Wheel& wheel);
  // Tells what was left out.
  ~FailureLog();
  FailureLog(const FailureLog&) = delete;
  FailureLog& operator=(const FailureLog&) = delete;

  // From now on it explains by these.
  void configure(ExplainedOptions options) { options_ = std::move(options); }

  void on_exchange(const http::Request& request, const server::RouteTarget& route) override;
  void on_deadline(net::Deadline& deadline) override;

 private:
  // What one reason did in the second that runs.
  struct Second {
    base::Stamp until = 0;
    unsigned lines = 0;
    std::uint64_t left_out = 0;
  };
  // Counts a line against its second; false when there were enough.
  bool may_write(http::Reason reason);
  void tell_left_out();

  ExplainedOptions options_;
  ErrorLog& errors_;
  net::Turns& turns_;
  net::Deadline tell_;  // set while something was left out
  std::array<Second, static_cast<std::size_t>(http::Reason::kCount)> seconds_{};
};

}  // namespace weir::observe
