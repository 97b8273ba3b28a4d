#pragma once

#include <cstddef>
#include <memory>

#include "base/clock.h"
#include "base/counter.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "observe/log_text.h"
#include "observe/log_thread.h"
#include "server/service.h"

namespace weir::observe {

// The access log of one worker, in nginx's combined format: lines gather in a buffer, which goes to
// the log thread when it is full or its first line is as old as `flush` says. No line allocates,
// blocks or takes a lock; only a buffer's coming and going does. One thread; gone before the log
// thread stops.
class AccessLog final : public server::ExchangeLog, public net::DeadlineEvents {
 public:
  // `file`: the log thread's number of it. A `flush` of zero writes full buffers only.
  // `dropped` counts lines for which no buffer was free, and outlives the log.
  AccessLog(base::Duration flush, LogThread& thread, std::size_t file, base::Counter& dropped,
            net::Turns& turns, net::Wheel& wheel);
  // Hands over what is there.
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  void on_exchange(const http::Request& request, const server::RouteTarget& route) override;
  void on_deadline(net::Deadline& deadline) override;
  // Hands over what is there.
  void flush();

 private:
  // A buffer with room for `size` bytes, or none.
  bool make_room(std::size_t size);

  const base::Duration flush_;
  LogThread& thread_;
  const std::size_t file_;
  base::Counter& dropped_;
  net::Turns& turns_;
  net::Deadline due_;
  std::unique_ptr<LogBuffer> buffer_;  // null while no line waits
  std::size_t text_max_;
  LogTime time_;
};

}  // namespace weir::observe
