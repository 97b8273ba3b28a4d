#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "admin/admin_handler.h"
#include "app/counters.h"
#include "app/snapshot.h"
#include "app/socket_file.h"
#include "app/worker.h"
#include "net/loop.h"
#include "net/mailbox.h"
#include "net/signals.h"
#include "observe/error_log.h"
#include "observe/log_thread.h"
#include "observe/metrics_source.h"

namespace weir::app {

// The running program on its control thread: signals, workers, the admin listener, the log thread.
// Signals as nginx: TERM and INT end at once, QUIT ends gracefully, USR1 opens the logs anew.
class Process final : public net::SignalEvents, public server::DrainEvents {
 public:
  // `version` is what weir_build_info says.
  Process(std::unique_ptr<Snapshot> snapshot, std::string version);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Binds, starts and serves until a signal ends it. The error is one that kept it from starting.
  base::Result<base::Done> run();

  void on_signal(int number) override;
  void on_drained() override {}

 private:
  class Farewell;
  base::Result<base::Done> start_workers();
  base::Result<base::Done> start_admin();
  base::Result<base::Done> open_access_log();
  base::Result<base::Done> write_pid_file();
  void fill_metrics_source();
  void worker_ended();

  std::unique_ptr<Snapshot> snapshot_;
  std::string version_;
  observe::ErrorLog error_log_;
  std::unique_ptr<observe::LogThread> log_thread_;  // null: no access log
  std::size_t log_file_ = 0;
  std::deque<SocketFile> socket_files_;  // of the listeners; go when nobody listens any more
  net::Loop loop_;
  net::Mailbox mailbox_;
  std::unique_ptr<net::Signals> signals_;
  std::vector<std::unique_ptr<Counters>> counters_;  // by worker
  std::vector<std::unique_ptr<Worker>> workers_;
  std::size_t running_ = 0;
  std::vector<std::string> listener_texts_;
  observe::MetricsSource metrics_source_;
  admin::State admin_state_;
  // The admin listener: one more service, on this thread.
  Counters admin_counters_;
  std::unique_ptr<routing::Router> admin_router_;
  std::unique_ptr<admin::AdminHandler> admin_handler_;
  std::unique_ptr<server::Service> admin_service_;
  std::unique_ptr<server::Acceptor> admin_acceptor_;
};

// Prepares the process as a whole: SIGPIPE ignored, the descriptor limit raised to its hard bound.
// Returns how many descriptors there may be.
std::size_t prepare_process();

// Cores that this process may run on.
unsigned available_cores();

}  // namespace weir::app
