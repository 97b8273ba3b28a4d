#pragma once

#include <memory>
#include <vector>

#include "app/snapshot.h"
#include "app/worker.h"
#include "net/loop.h"
#include "net/socket_stream.h"
#include "net/wheel.h"
#include "observe/error_log.h"
#include "upstream/health_checks.h"

namespace weir::app {

// The active health checks of the process: what they are given to probe, and who hears of it. Each
// change goes to the error log, and one that goes down to the workers, which may have tunnels to
// it. Control thread.
class HealthWatch final : public upstream::HealthEvents, public net::DeadlineEvents {
 public:
  // All outlive it. `workers` may still be empty.
  HealthWatch(net::Loop& loop, observe::ErrorLog& errors,
              const std::vector<std::unique_ptr<Worker>>& workers);

  // From now on the pools of the snapshot are probed as it says, and no others. Before the workers
  // take the snapshot up, so that no endpoint gets traffic before its first probe.
  void apply(const Snapshot& snapshot);
  // The set of one of these pools is another one.
  void apply(const SharedPool& pool);
  // Runs the loop until all first verdicts are there, or one timeout of the pools that wait for
  // them has passed, or somebody stops the loop. At once where there is nothing to wait for.
  void await_verdicts(const Snapshot& snapshot);

  [[nodiscard]] const upstream::HealthChecks& checks() const { return checks_; }

  void on_health_change(const upstream::HealthChange& change) override;
  void on_all_checked() override;
  void on_deadline(net::Deadline& deadline) override;

 private:
  net::Loop& loop_;
  observe::ErrorLog& errors_;
  const std::vector<std::unique_ptr<Worker>>& workers_;
  net::SocketConnector connector_;
  upstream::HealthChecks checks_;
  std::vector<base::SharedRef<upstream::ObservedPool>> pools_;  // that are known to the checks
  bool awaiting_ = false;
  net::Deadline patience_;
};

}  // namespace weir::app
