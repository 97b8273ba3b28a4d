#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/arena.h"
#include "base/clock.h"
#include "base/counter.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "observe/log_condition.h"
#include "observe/log_format.h"
#include "observe/log_thread.h"
#include "observe/log_time.h"
#include "observe/options.h"
#include "server/service.h"

namespace weir::observe {

// The access log of one worker: lines gather in a buffer, which goes to the log thread when it is
// full or its first line is as old as `flush` says. No line allocates, blocks or takes a lock; only
// a buffer's coming and going does. One thread; flushed or gone before the log thread stops.
class AccessLog final : public server::ExchangeLog, public net::DeadlineEvents {
 public:
  // Logs nothing until it is configured. `dropped` counts lines for which no buffer was free, and
  // outlives the log.
  AccessLog(base::Counter& dropped, net::Turns& turns, net::Wheel& wheel);
  // Hands over what is there.
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  // From now on lines are of the options' format, and go to `file` of `thread` (null: there are
  // none). What is there is handed over to the thread of before.
  void configure(const AccessLogOptions& options, LogThread* thread, std::size_t file);

  void on_exchange(const http::Request& request, const server::RouteTarget& route) override {
    write(request, route, nullptr);
  }
  // The same, where the condition holds. Null: always.
  void write(const http::Request& request, const server::RouteTarget& route,
             const LogCondition* condition);
  void on_deadline(net::Deadline& deadline) override;
  // Hands over what is there.
  void flush();

 private:
  // The lot falls on this line.
  bool sampled();
  template <class Line>
  void put(const Line& line);
  // Hands over what is there and takes an empty buffer, or none.
  bool take_buffer();

  base::Counter& dropped_;
  net::Turns& turns_;
  net::Deadline due_;
  LogThread* thread_ = nullptr;
  std::size_t file_ = 0;
  LogFormat format_;
  base::Duration flush_{0};
  unsigned sample_percent_ = 100;
  std::uint64_t drawn_;                // lots, counted from a seed
  std::unique_ptr<LogBuffer> buffer_;  // null while no line waits
  base::Arena scratch_{4096};          // of the line being made
  LogTime time_;
};

}  // namespace weir::observe
