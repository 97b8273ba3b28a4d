#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin/state.h"
#include "app/admin_listener.h"
#include "app/counters.h"
#include "app/health_watch.h"
#include "app/listeners.h"
#include "app/live_pools.h"
#include "app/loop_watch.h"
#include "app/memory_watch.h"
#include "app/pid_file.h"
#include "app/snapshot.h"
#include "app/worker.h"
#include "net/descriptor.h"
#include "net/loop.h"
#include "net/mailbox.h"
#include "net/signals.h"
#include "net/wheel.h"
#include "observe/error_log.h"
#include "observe/log_thread.h"
#include "observe/metrics_source.h"

namespace weir::app {

// The running program on its control thread: signals, workers, the admin listener, the log thread.
// Signals as nginx: TERM and INT end at once, QUIT ends gracefully, HUP reloads the configuration,
// USR1 opens the logs anew.
class Process final : public net::SignalEvents, public net::DeadlineEvents, public LivePoolsEvents {
 public:
  // `path`: the file of `config`, read again at a reload. `version` is what weir_build_info says.
  Process(config::Config config, std::string path, std::string version);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Binds, starts and serves until a signal ends it. The error is one that kept it from starting.
  base::Result<base::Done> run();

  void on_signal(int number) override;
  void on_deadline(net::Deadline& deadline) override;
  void on_endpoints(const SharedPool& pool) override;
  void on_names_settled() override { names_known(); }

 private:
  // A whole configuration on its way to being served: all that can fail has been done, and nothing
  // has changed yet.
  struct Next {
    base::SharedRef<Snapshot> snapshot;
    Listeners::Plan listeners;
    std::unique_ptr<observe::LogThread> log;  // null: none, or the present one
    std::size_t log_file = 0;
    bool log_changed = false;
    net::Descriptor error_file;  // none: standard error
    bool error_log_changed = false;
    std::unique_ptr<AdminListener> admin;  // null: none, or the present one
    bool admin_changed = false;
  };
  class Farewell;
  class Taken;

  void await_names();
  void names_known();
  base::Result<Next> prepare(config::Config config);
  // Whose the logs are to be that are made now; none: this process's.
  [[nodiscard]] std::optional<observe::LogOwner> log_owner() const;
  base::Result<base::Done> prepare_log(Next& next);
  base::Result<base::Done> prepare_error_log(Next& next);
  base::Result<base::Done> prepare_admin(Next& next);
  // Serving by `next`, for each worker.
  Serving serving(Next& next, unsigned worker);
  // The stores of the cache keep the bounds of `next` from now on.
  void take_over_zones(const Snapshot& next);
  // What the control thread itself keeps of `next`.
  void take_over(Next next);
  base::Result<base::Done> start_workers(Next& next);
  base::Result<base::Done> write_pid_file();
  base::Result<base::Done> become_user();
  void warn_of_lacks();
  void warn_of_descriptors();
  void show_metrics();

  void reload();
  void take_up(config::Config config);
  void warn_of_restarts(const config::Config& config);
  [[nodiscard]] std::string as_whom() const;
  void failed_to_reload(const std::string& why);
  void worker_took_over();

  void on_early_signal(int number);
  void reopen_logs();
  void drain();
  void worker_ended();
  [[nodiscard]] const config::Config& config() const { return snapshot_->config(); }

  config::Config first_;  // until run() takes it
  const std::string path_;
  const std::string version_;
  // Of the configuration that it was started with, which no reload changes.
  const unsigned started_workers_;          // as written
  const std::string pid_file_path_;         // empty: none
  const std::optional<config::User> user_;  // as written
  observe::ErrorLog error_log_;
  std::unique_ptr<observe::LogThread> log_thread_;             // null: no access log
  std::vector<std::unique_ptr<observe::LogThread>> old_logs_;  // until no worker writes to them
  Listeners listeners_;
  net::Loop loop_;
  net::Mailbox mailbox_;
  std::unique_ptr<net::Signals> signals_;
  LivePools pools_;
  net::Deadline repeats_deadline_;  // when the error log tells of repeats
  net::Deadline names_deadline_;    // names that have no answer by then are not waited for
  unsigned count_ = 1;              // of workers
  std::vector<std::unique_ptr<Counters>> counters_;  // by worker
  const Together together_;
  base::SharedRef<const Snapshot> snapshot_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::size_t running_ = 0;
  std::size_t taking_over_ = 0;  // workers that have not taken up the present snapshot yet
  std::optional<config::Config> pending_;  // to be taken up when its names are known
  bool reload_again_ = false;              // asked for meanwhile
  bool reopen_again_ = false;              // the same, before there was a log
  bool awaiting_names_ = false;            // at the start
  bool stopped_ = false;                   // by a signal
  bool is_user_ = false;                   // weir was root, and is user_ now
  HealthWatch health_;
  LoopWatch loop_watch_;
  MemoryWatch memory_watch_;
  net::Deadline drain_deadline_;
  observe::MetricsSource metrics_source_;
  admin::State admin_state_;
  std::unique_ptr<AdminListener> admin_;  // null: none
  std::unique_ptr<PidFile> pid_file_;     // null: none
};

// Prepares the process as a whole: SIGPIPE ignored, the descriptor limit raised to its hard bound.
// Returns how many descriptors there may be.
std::size_t prepare_process();

// Cores that this process may run on.
unsigned available_cores();

}  // namespace weir::app
