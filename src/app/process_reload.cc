// The half of the process that takes up a configuration: the first one, and another while it runs.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "app/process.h"
#include "app/user.h"
#include "config/load.h"

namespace weir::app {

namespace {

// Log buffers that may be on their way, for each worker.
constexpr std::size_t kLogBuffersPerWorker = 8;

}  // namespace

// Told to the control thread when a worker serves the present snapshot.
class Process::Taken final : public net::Letter {
 public:
  explicit Taken(Process& process) : process_(process) {}
  void open() override { process_.worker_took_over(); }

 private:
  Process& process_;
};

base::Result<Process::Next> Process::prepare(config::Config config) {
  Next next;
  auto pools = pools_.build(config.upstreams, count_);
  auto snapshot = Snapshot::build(std::move(config), std::move(pools), count_, snapshot_.get());
  if (!snapshot) return snapshot.error();
  next.snapshot = std::move(snapshot.value());
  if (auto done = prepare_log(next); !done) return done.error();
  if (auto done = prepare_error_log(next); !done) return done.error();
  auto plan = listeners_.prepare(next.snapshot->config().listeners, count_);
  if (!plan) return plan.error();
  next.listeners = std::move(plan.value());
  next.snapshot->set_listeners(next.listeners.observed());
  if (auto done = prepare_admin(next); !done) return done.error();
  return next;
}

std::optional<observe::LogOwner> Process::log_owner() const {
  if (!user_ || !is_root()) return std::nullopt;
  return observe::LogOwner{user_->uid, user_->gid};
}

base::Result<base::Done> Process::prepare_log(Next& next) {
  const observe::AccessLogOptions& options = next.snapshot->config().access_log;
  next.log_changed = snapshot_.get() == nullptr || !(config().access_log == options);
  if (!next.log_changed || !options.enabled) return base::Done{};
  next.log = std::make_unique<observe::LogThread>(kLogBuffersPerWorker * count_, options.buffer,
                                                  error_log_);
  auto file = next.log->open(options.path, log_owner());
  if (!file) return file.error();
  next.log_file = file.value();
  return base::Done{};
}

// The first one's is open before anything else.
base::Result<base::Done> Process::prepare_error_log(Next& next) {
  const observe::ErrorLogOptions& options = next.snapshot->config().error_log;
  next.error_log_changed = snapshot_.get() != nullptr && !(config().error_log == options);
  if (!next.error_log_changed) return base::Done{};
  auto file = observe::ErrorLog::open(options, log_owner());
  if (!file) return file.error();
  next.error_file = std::move(file.value());
  return base::Done{};
}

base::Result<base::Done> Process::prepare_admin(Next& next) {
  const config::Config& wanted = next.snapshot->config();
  next.admin_changed = snapshot_.get() == nullptr || config().admin != wanted.admin;
  if (!next.admin_changed || !wanted.admin) return base::Done{};
  auto opened =
      AdminListener::open(loop_, *wanted.admin, wanted.timeouts, metrics_source_, admin_state_);
  if (!opened) return opened.error();
  next.admin = std::move(opened.value());
  return base::Done{};
}

Serving Process::serving(Next& next, unsigned worker) {
  observe::LogThread* log = next.log_changed ? next.log.get() : log_thread_.get();
  return {next.snapshot, std::move(next.listeners.sockets[worker]), log, next.log_file,
          next.log_changed};
}

// Checked whole before anything changes; a bad one leaves all as it is. One at a time: the workers
// have closed what the last one took away before the next one looks what is bound.
void Process::reload() {
  if (admin_state_.draining) {
    return error_log_.write(observe::Level::kWarn, "HUP: not reloaded, for weir is ending");
  }
  if (snapshot_.get() == nullptr || pending_ || taking_over_ > 0) {
    reload_again_ = true;
    return;
  }
  config::Loaded loaded = config::load_file(path_);
  if (!loaded.config) return failed_to_reload(loaded.errors);
  pending_ = std::move(loaded.config);
  pools_.look_up(*pending_);
  if (pools_.settled()) return names_known();
  // Meanwhile all goes on as before, so there is time for each name's answer.
  names_deadline_.set(base::after(loop_.now(), pending_->resolver.timeout));
}

void Process::take_up(config::Config wanted) {
  warn_of_restarts(wanted);
  auto next = prepare(std::move(wanted));
  if (!next) {
    pools_.look_up_served();
    failed_to_reload(next.error().text + as_whom());
    if (std::exchange(reload_again_, false)) reload();
    return;
  }
  health_.apply(*next.value().snapshot);
  taking_over_ = workers_.size();
  for (unsigned i = 0; i < count_; ++i) {
    workers_[i]->post(serving(next.value(), i), mailbox_, std::make_unique<Taken>(*this));
  }
  take_over(std::move(next.value()));
}

void Process::take_over_zones(const Snapshot& next) {
  for (const SharedZone& zone : next.zones()) {
    const SharedZone* before = snapshot_.get() == nullptr ? nullptr : snapshot_->zone(zone.name);
    zone.store->resize(zone.options);
    zone.fills->set_limits(cache::limits_of(zone.options));
    if (before == nullptr || before->store.get() == zone.store.get()) continue;
    error_log_.write(observe::Level::kWarn,
                     "HUP: cache zone '" + std::string(zone.name) +
                         "' begins empty: its bounds divide its memory otherwise than before");
  }
}

// A line more where weir may no longer do what it did at its start.
std::string Process::as_whom() const {
  if (!is_user_) return {};
  return "\nweir is user '" + user_->name + "' now: what takes root is taken up by a restart only";
}

void Process::failed_to_reload(const std::string& why) {
  metrics_source_.reloads.failed.add();
  error_log_.write(observe::Level::kError,
                   "HUP: " + path_ + " cannot be served; weir goes on as before:");
  // A line of the log for each of the text, carets and all.
  std::size_t begin = 0;
  while (begin < why.size()) {
    std::size_t end = std::min(why.find('\n', begin), why.size());
    error_log_.write(observe::Level::kError, why.substr(begin, end - begin));
    begin = end + 1;
  }
}

// What only a start can change.
void Process::warn_of_restarts(const config::Config& wanted) {
  auto warn = [&](const char* key) {
    error_log_.write(observe::Level::kWarn,
                     std::string("HUP: a changed '") + key + "' is taken up by a restart only");
  };
  if (wanted.workers != started_workers_) warn("workers");
  if (wanted.pid_file != pid_file_path_) warn("pid_file");
  auto name_of = [](const auto& user) { return user ? user->name : std::string(); };
  if (name_of(wanted.user) != name_of(user_)) warn("user");
}

void Process::worker_took_over() {
  if (--taking_over_ > 0) return;
  for (auto& log : old_logs_) log->stop();
  old_logs_.clear();
  metrics_source_.reloads.well.add();
  metrics_source_.reloads.last_success = base::unix_seconds();
  error_log_.write(observe::Level::kInfo, "HUP: serving " + path_ + " as it is now");
  if (std::exchange(reload_again_, false)) reload();
}

}  // namespace weir::app
