#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "backend/instance.h"
#include "backend/routes.h"
#include "base/result.h"
#include "net/descriptor.h"
#include "net/loop.h"
#include "net/mailbox.h"
#include "server/acceptor.h"
#include "server/service.h"

namespace weir::backend {

// One loop with its listeners and routes: all of a weir-backend but its threads. Made and destroyed
// on any one thread while it does not run.
class Worker {
 public:
  // `connections`: the most that are served at a time; more wait. `instance` outlives the worker.
  Worker(Instance& instance, std::uint64_t connections);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Serves a bound socket. Before run().
  base::Result<base::Done> listen(net::Descriptor socket);
  // Serves until stop().
  void run() { loop_.run(); }
  // Has run() return, with what is under way left as it is. Any thread. Idempotent.
  void stop();
  net::Loop& loop() { return loop_; }

 private:
  // In order of making: each may use those above it.
  net::Loop loop_;
  server::WorkerStats stats_;
  Routes routes_;
  server::Service service_;
  std::vector<std::unique_ptr<server::Acceptor>> acceptors_;
  net::Mailbox mailbox_{loop_};
};

}  // namespace weir::backend
