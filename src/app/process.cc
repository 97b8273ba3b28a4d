#include "app/process.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <thread>
#include <utility>

#include "net/listen_socket.h"
#include "routing/route_match.h"

namespace weir::app {

namespace {

// Log buffers that may be on their way, for each worker.
constexpr std::size_t kLogBuffersPerWorker = 8;
// Of limits.connections, the descriptors that each may need: the client's and a backend's.
constexpr std::uint64_t kDescriptorsPerConnection = 2;
constexpr std::uint64_t kDescriptorsBeside = 100;

base::Stamp read_clock() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

void say_listening(const char* what, const net::Address& address) {
  std::fprintf(stderr, "weir: %slistening on %s\n", what, net::to_text(address).c_str());
}

}  // namespace

std::size_t prepare_process() {
  std::signal(SIGPIPE, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
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

Process::Process(std::unique_ptr<Snapshot> snapshot, std::string version)
    : snapshot_(std::move(snapshot)), version_(std::move(version)), mailbox_(loop_) {}

Process::~Process() {
  for (auto& worker : workers_) worker->stop();
  for (auto& worker : workers_) worker->join();
  workers_.clear();
  if (log_thread_ != nullptr) log_thread_->stop();
  net::Turns::Scope scope(loop_.turns());
  admin_acceptor_.reset();
  if (admin_service_ != nullptr) admin_service_->close_all();
}

base::Result<base::Done> Process::run() {
  std::size_t descriptors = prepare_process();
  const config::Config& config = snapshot_->config();
  if (config.limits.connections * kDescriptorsPerConnection + kDescriptorsBeside > descriptors) {
    error_log_.write(
        observe::Level::kWarn,
        "limits.connections (" + std::to_string(config.limits.connections) + ") needs " +
            std::to_string(config.limits.connections * kDescriptorsPerConnection +
                           kDescriptorsBeside) +
            " descriptors and there may be " + std::to_string(descriptors) +
            ": raise the hard limit of open files (ulimit -Hn, LimitNOFILE=) or lower the key");
  }
  if (auto done = open_access_log(); !done) return done;
  // libuv catches a signal on whichever thread it hits, and has this loop tell of it.
  signals_ = std::make_unique<net::Signals>(
      loop_, *this, std::initializer_list<int>{SIGTERM, SIGINT, SIGQUIT, SIGUSR1, SIGHUP});
  if (auto done = start_workers(); !done) return done;
  fill_metrics_source();
  if (auto done = start_admin(); !done) return done;
  if (auto done = write_pid_file(); !done) return done;
  if (log_thread_ != nullptr) log_thread_->start();
  for (auto& worker : workers_) worker->start();
  running_ = workers_.size();
  for (const auto& text : listener_texts_)
    std::fprintf(stderr, "weir: listening on %s\n", text.c_str());
  admin_state_.ready = true;
  loop_.run();
  if (!config.pid_file.empty()) ::unlink(config.pid_file.c_str());
  return base::Done{};
}

base::Result<base::Done> Process::open_access_log() {
  const observe::AccessLogOptions& options = snapshot_->config().access_log;
  if (!options.enabled) return base::Done{};
  unsigned workers = snapshot_->config().workers;
  std::size_t buffers = kLogBuffersPerWorker * (workers == 0 ? available_cores() : workers);
  log_thread_ = std::make_unique<observe::LogThread>(buffers, options.buffer, error_log_);
  auto file = log_thread_->open(options.path);
  if (!file) return file.error();
  log_file_ = file.value();
  return base::Done{};
}

base::Result<base::Done> Process::start_workers() {
  const config::Config& config = snapshot_->config();
  unsigned count = config.workers == 0 ? available_cores() : config.workers;
  std::vector<std::vector<net::Descriptor>> sockets(count);
  for (const auto& listener : config.listeners) {
    auto bound = net::bind_all(listener.address, count);
    if (!bound) return bound.error();
    if (listener.address.is_unix) socket_files_.emplace_back(listener.address.host);
    listener_texts_.push_back(net::to_text(bound.value().address));
    for (unsigned i = 0; i < count; ++i) sockets[i].push_back(std::move(bound.value().sockets[i]));
  }
  for (unsigned i = 0; i < count; ++i) {
    counters_.push_back(std::make_unique<Counters>());
    workers_.push_back(std::make_unique<Worker>(*snapshot_, *counters_.back(), error_log_,
                                                log_thread_.get(), log_file_, i, count));
    if (auto done = workers_.back()->listen(std::move(sockets[i])); !done) return done;
    workers_.back()->on_end(mailbox_, std::make_unique<Farewell>(*this));
  }
  return base::Done{};
}

base::Result<base::Done> Process::write_pid_file() {
  const std::string& path = snapshot_->config().pid_file;
  if (path.empty()) return base::Done{};
  std::ofstream out(path, std::ios::trunc);
  out << ::getpid() << "\n";
  out.flush();
  if (!out) return base::Error{"cannot write pid_file " + path + ": " + std::strerror(errno)};
  return base::Done{};
}

void Process::on_signal(int number) {
  switch (number) {
    case SIGQUIT:
      for (auto& worker : workers_) worker->drain();
      admin_state_.draining = true;
      return;
    case SIGUSR1:
      if (log_thread_ != nullptr) log_thread_->reopen();
      return;
    case SIGHUP:
      error_log_.write(observe::Level::kWarn,
                       "HUP: this version does not reload; restart it to take up a changed file");
      return;
    default:
      loop_.stop();
  }
}

void Process::worker_ended() {
  if (--running_ == 0) loop_.stop();
}

void Process::fill_metrics_source() {
  const config::Config& config = snapshot_->config();
  metrics_source_.version = version_;
  metrics_source_.start_time =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  metrics_source_.clock = read_clock;
  for (std::size_t w = 0; w < workers_.size(); ++w) {
    const Counters& counters = *counters_[w];
    auto number = static_cast<unsigned>(w);
    observe::WorkerCounts& counts = metrics_source_.workers.emplace_back();
    counts.stats = &counters.worker;
    for (std::size_t i = 0; i < config.routes.size(); ++i) {
      counts.routes.push_back(
          {config.routes[i].match.name, snapshot_->pool_name(i), &counters.routes[i]});
    }
    counts.routes.push_back({"none", "", &counters.routes.back()});
    for (std::size_t i = 0; i < config.listeners.size(); ++i) {
      counts.listeners.push_back({listener_texts_[i], &counters.listeners[i]});
    }
    for (std::size_t p = 0; p < snapshot_->pools().size(); ++p) {
      const SharedPool& pool = snapshot_->pools()[p];
      counts.pools.push_back({pool.options.name, &pool.observed->stats(number)});
      for (const auto& member : pool.set->members()) {
        counts.endpoints.push_back({pool.options.name, &member, &member.endpoint->stats(number)});
      }
    }
    if (const auto* dropped = workers_[w]->dropped_log_lines())
      metrics_source_.dropped_log_lines.push_back(dropped);
  }
  if (log_thread_ != nullptr) metrics_source_.dropped_log_lines.push_back(&log_thread_->dropped());
}

base::Result<base::Done> Process::start_admin() {
  const auto& address = snapshot_->config().admin;
  if (!address) return base::Done{};
  auto bound = net::bind_all(*address, 1);
  if (!bound) return base::Error{"admin: " + bound.error().text};
  if (address->is_unix) socket_files_.emplace_back(address->host);
  routing::RouteOptions everything;
  everything.name = "admin";
  std::vector<routing::RouteMatch> matches;
  matches.push_back(routing::parse_match(everything, 0, false).value());
  admin_router_ = std::make_unique<routing::Router>(
      std::move(routing::Router::build(std::move(matches)).value()));
  admin_handler_ = std::make_unique<admin::AdminHandler>(metrics_source_, admin_state_);
  server::ServiceOptions options;
  options.timeouts = snapshot_->config().timeouts;
  options.router = admin_router_.get();
  options.stats = &admin_counters_.worker;
  options.routes.push_back(
      {"admin", "", admin_handler_.get(), &admin_counters_.routes.emplace_back(), 0});
  options.no_route = {"none", "", nullptr, &admin_counters_.routes.emplace_back(), 0};
  admin_service_ =
      std::make_unique<server::Service>(loop_.turns(), loop_.wheel(), std::move(options));
  auto acceptor =
      server::Acceptor::open(loop_, std::move(bound.value().sockets.front()), *admin_service_,
                             {0, &admin_counters_.listeners.emplace_back()}, 0);
  if (!acceptor) return acceptor.error();
  admin_acceptor_ = std::move(acceptor.value());
  say_listening("admin ", bound.value().address);
  return base::Done{};
}

}  // namespace weir::app
