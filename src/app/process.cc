#include "app/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <thread>
#include <utility>

#include "app/crash.h"
#include "app/metrics_view.h"
#include "app/user.h"

namespace weir::app {

namespace {

// Of limits.connections, the descriptors that each may need: the client's and a backend's.
constexpr std::uint64_t kDescriptorsPerConnection = 2;
constexpr std::uint64_t kDescriptorsBeside = 100;
// A start waits so long for the first answers about names: those of a DNS server that is well come
// by then, and without them the first requests would find no endpoint.
constexpr base::Duration kFirstNames{500};

std::size_t descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace

std::size_t prepare_process() {
  std::signal(SIGPIPE, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return descriptors();
}

unsigned available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

// Told to the control thread when a worker has ended.
class Process::Farewell final : public net::Letter {
 public:
  explicit Farewell(Process& process) : process_(process) {}
  void open() override { process_.worker_ended(); }

 private:
  Process& process_;
};

Process::Process(config::Config config, std::string path, std::string version)
    : first_(std::move(config)),
      path_(std::move(path)),
      version_(std::move(version)),
      started_workers_(first_.workers),
      pid_file_path_(first_.pid_file),
      user_(first_.user),
      mailbox_(loop_),
      pools_(loop_, error_log_, *this),
      repeats_deadline_(loop_.wheel(), *this),
      names_deadline_(loop_.wheel(), *this),
      health_(loop_, error_log_, workers_),
      loop_watch_(loop_.wheel(), workers_),
      memory_watch_(loop_.wheel(), snapshot_, together_, workers_),
      drain_deadline_(loop_.wheel(), *this) {}

Process::~Process() {
  for (auto& worker : workers_) worker->stop();
  for (auto& worker : workers_) worker->join();
  workers_.clear();
  if (log_thread_ != nullptr) log_thread_->stop();
}

base::Result<base::Done> Process::run() {
  prepare_process();
  report_crashes();
  CrashStack crash_stack("weir");
  count_ = first_.workers == 0 ? available_cores() : first_.workers;
  metrics_source_.version = version_;
  metrics_source_.start_time = base::unix_seconds();
  metrics_source_.clock = base::read_clock;
  metrics_source_.lookups = &pools_.lookups();
  metrics_source_.health = &health_.checks();
  // libuv catches a signal on whichever thread it hits, and has this loop tell of it.
  signals_ = std::make_unique<net::Signals>(
      loop_, *this, std::initializer_list<int>{SIGTERM, SIGINT, SIGQUIT, SIGUSR1, SIGHUP});
  auto error_file = observe::ErrorLog::open(first_.error_log, log_owner());
  if (!error_file) return error_file.error();
  error_log_.configure(first_.error_log, std::move(error_file.value()), log_owner());
  await_names();
  if (stopped_) return base::Done{};
  auto next = prepare(std::move(first_));
  if (!next) return next.error();
  health_.apply(*next.value().snapshot);
  health_.await_verdicts(*next.value().snapshot);
  if (stopped_) return base::Done{};
  if (auto done = start_workers(next.value()); !done) return done;
  take_over(std::move(next.value()));
  if (auto done = write_pid_file(); !done) return done;
  if (auto done = become_user(); !done) return done;
  for (auto& worker : workers_) worker->start();
  running_ = workers_.size();
  loop_watch_.start(loop_.now());
  memory_watch_.start(loop_.now());
  admin_state_.ready = true;
  repeats_deadline_.set(base::after(loop_.now(), observe::Repeats::kWindow));
  if (std::exchange(reopen_again_, false)) reopen_logs();
  if (std::exchange(reload_again_, false)) reload();
  loop_.run();
  return base::Done{};
}

void Process::await_names() {
  pools_.look_up(first_);
  if (pools_.settled()) return;
  names_deadline_.set(base::after(loop_.now(), kFirstNames));
  awaiting_names_ = true;
  loop_.run();
  awaiting_names_ = false;
}

// Or time is up: names that have no answer by now have no endpoints until they do.
void Process::names_known() {
  names_deadline_.clear();
  if (awaiting_names_) return loop_.stop();
  if (!pending_) return;
  config::Config config = std::move(*pending_);
  pending_.reset();
  take_up(std::move(config));
}

void Process::on_endpoints(const SharedPool& pool) {
  // Before a worker knows them, so that none gets traffic before its first probe.
  health_.apply(pool);
  for (auto& worker : workers_) worker->post(pool.observed, pool.set);
  show_metrics();
}

void Process::show_metrics() {
  show(*snapshot_, pools_.all(), counters_, metrics_source_);
  if (log_thread_ != nullptr) metrics_source_.dropped_log_lines.push_back(&log_thread_->dropped());
}

void Process::warn_of_descriptors() {
  std::uint64_t connections = config().limits.connections;
  std::uint64_t needed = connections * kDescriptorsPerConnection + kDescriptorsBeside;
  std::size_t there = descriptors();
  if (needed <= there) return;
  error_log_.write(
      observe::Level::kWarn,
      "limits.connections (" + std::to_string(connections) + ") needs " + std::to_string(needed) +
          " descriptors and there may be " + std::to_string(there) +
          ": raise the hard limit of open files (ulimit -Hn, LimitNOFILE=) or lower the key");
}

base::Result<base::Done> Process::start_workers(Next& next) {
  for (unsigned i = 0; i < count_; ++i) {
    counters_.push_back(std::make_unique<Counters>());
    workers_.push_back(
        std::make_unique<Worker>(next.snapshot, *counters_.back(), error_log_, together_, i));
    if (auto done = workers_.back()->serve(serving(next, i)); !done) return done;
    workers_.back()->on_end(mailbox_, std::make_unique<Farewell>(*this));
  }
  return base::Done{};
}

// What comes from before goes once nobody needs it.
void Process::take_over(Next next) {
  take_over_zones(*next.snapshot);
  bool told = snapshot_.get() != nullptr &&
              config().limits.connections == next.snapshot->config().limits.connections;
  snapshot_ = next.snapshot;
  if (!told) warn_of_descriptors();
  if (next.log_changed) {
    if (log_thread_ != nullptr) old_logs_.push_back(std::move(log_thread_));
    log_thread_ = std::move(next.log);
    if (log_thread_ != nullptr) log_thread_->start();
  }
  if (next.error_log_changed)
    error_log_.configure(config().error_log, std::move(next.error_file), log_owner());
  listeners_.commit(next.listeners);
  pools_.serve(*snapshot_);
  show_metrics();
  if (next.admin_changed) admin_ = std::move(next.admin);
}

base::Result<base::Done> Process::write_pid_file() {
  if (pid_file_path_.empty()) return base::Done{};
  auto written = PidFile::write(pid_file_path_, error_log_);
  if (!written) return written.error();
  pid_file_ = std::move(written.value());
  return base::Done{};
}

base::Result<base::Done> Process::become_user() {
  if (!user_ || user_->uid == ::geteuid()) return base::Done{};
  if (!is_root()) {
    error_log_.write(observe::Level::kWarn,
                     "'user' (" + user_->name + ") takes effect only where root starts weir");
    return base::Done{};
  }
  if (auto done = become(*user_); !done) return done;
  is_user_ = true;
  warn_of_lacks();
  return base::Done{};
}

// What the user will need: told now, rather than when it fails.
void Process::warn_of_lacks() {
  std::string who = "user '" + user_->name + "' may not ";
  if (::access(path_.c_str(), R_OK) != 0) {
    error_log_.write(observe::Level::kWarn, who + "read " + path_ + ": a reload will fail");
  }
  auto warn_of_log = [&](const std::string& log) {
    if (::access(log.c_str(), W_OK) == 0 || errno != EACCES) return;
    error_log_.write(observe::Level::kWarn,
                     who + "write to " + log + ": it cannot be opened anew (USR1)");
  };
  if (log_thread_ != nullptr) warn_of_log(config().access_log.path);
  warn_of_log(config().error_log.path);
}

// Nothing is served yet: there is nothing to drain, and what is prepared is read and opened anew
// behind it.
void Process::on_early_signal(int number) {
  if (number == SIGUSR1) {
    reopen_again_ = true;
    return error_log_.reopen();
  }
  if (number == SIGHUP) {
    reload_again_ = true;
    return;
  }
  stopped_ = true;
  loop_.stop();
}

void Process::on_signal(int number) {
  if (snapshot_.get() == nullptr) return on_early_signal(number);
  switch (number) {
    case SIGQUIT:
      return drain();
    case SIGUSR1:
      return reopen_logs();
    case SIGHUP:
      return reload();
    default:
      stopped_ = true;
      loop_.stop();
  }
}

void Process::reopen_logs() {
  error_log_.reopen();
  if (log_thread_ != nullptr) log_thread_->reopen();
}

// Whoever balances over several weirs reads /readyz, and has timeouts.drain_delay to turn away.
void Process::drain() {
  if (std::exchange(admin_state_.draining, true)) return;
  pending_.reset();
  base::Duration delay = config().timeouts.drain_delay;
  if (delay.count() == 0) return on_deadline(drain_deadline_);
  drain_deadline_.set(base::after(loop_.now(), delay));
}

void Process::on_deadline(net::Deadline& deadline) {
  if (&deadline == &repeats_deadline_) {
    error_log_.tell_repeats();
    return deadline.set(base::after(loop_.now(), observe::Repeats::kWindow));
  }
  if (&deadline == &names_deadline_) return names_known();
  for (auto& worker : workers_) worker->drain();
}

void Process::worker_ended() {
  if (--running_ == 0) loop_.stop();
}

}  // namespace weir::app
