#pragma once

#include "observe/access_log.h"
#include "observe/log_condition.h"

namespace weir::observe {

// The access log for a route that has a condition: passes on what it holds for. One per worker and
// route; both outlive it. One thread.
class ConditionalLog final : public server::ExchangeLog {
 public:
  ConditionalLog(const LogCondition& condition, AccessLog& log)
      : condition_(condition), log_(log) {}

  void on_exchange(const http::Request& request, const server::RouteTarget& route) override {
    log_.write(request, route, &condition_);
  }

 private:
  const LogCondition& condition_;
  AccessLog& log_;
};

}  // namespace weir::observe
