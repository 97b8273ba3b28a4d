#pragma once

#include <memory>
#include <vector>

#include "app/snapshot.h"
#include "base/clock.h"
#include "base/ref.h"
#include "cache/coalescer.h"
#include "net/mailbox.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "observe/access_log.h"
#include "observe/conditional_log.h"
#include "server/service.h"
#include "upstream/connections.h"
#include "upstream/pool.h"

namespace weir::app {

// What a worker has that its generations use; outlives them.
struct WorkerParts {
  net::Turns& turns;
  net::Wheel& wheel;
  upstream::Connections& connections;
  net::Mailbox& mailbox;
  server::WorkerStats& stats;
  server::ExchangeLog& failure_log;
  observe::AccessLog& access_log;
  cache::Coalescer& coalescer;
  unsigned number;  // of the worker, from 0
};

// A snapshot as one worker serves it: its handlers, and its pools, which go on from one generation
// to the next. The service holds the present one, and each exchange the one that it began with; the
// last holder of an old one takes it away, and with it the pools that no newer one has. One thread.
class Generation final : public server::ServiceOptions {
 public:
  // `before`: what the worker served until now, whose pools of the same names are configured anew
  // and taken over; null: nothing.
  Generation(base::SharedRef<const Snapshot> snapshot, const WorkerParts& parts,
             const Generation* before);

  [[nodiscard]] const Snapshot& snapshot() const { return *snapshot_; }
  // Has its handlers let go of memory that lies about for reuse.
  void ease();
  // In the order of the snapshot's.
  [[nodiscard]] const std::vector<base::Ref<upstream::Pool>>& pools() const { return pools_; }

 private:
  void take_pools(const WorkerParts& parts, const Generation* before);
  void make_routes(const WorkerParts& parts);
  server::RouteTarget make_target(std::size_t route, const SharedTarget& shared,
                                  const WorkerParts& parts);
  // What hears of the route's exchanges, beside the failure log; null: nothing.
  server::ExchangeLog* log_of(std::size_t route, const WorkerParts& parts);

  base::SharedRef<const Snapshot> snapshot_;
  std::vector<base::Ref<upstream::Pool>> pools_;
  std::vector<std::unique_ptr<http::Handler>> handlers_;  // gone before the pools
  // Of routes that are split; `routes` point to their elements.
  std::vector<std::vector<server::RouteTarget>> branches_;
  std::vector<std::unique_ptr<observe::ConditionalLog>> conditional_logs_;
};

}  // namespace weir::app
