#include "app/worker.h"

#include <utility>

namespace weir::app {

namespace {

// What the error log tells of a failure: the values behind it.
observe::ExplainedOptions explained(const Snapshot& snapshot) {
  observe::ExplainedOptions options{snapshot.config().limits, snapshot.config().timeouts, {}};
  for (const SharedPool& pool : snapshot.pools()) {
    options.pools.emplace_back(pool.options.name, &pool.options);
  }
  return options;
}

}  // namespace

// A command on its way to the worker's loop.
class Worker::Order final : public net::Letter {
 public:
  Order(Worker& worker, Command command) : worker_(worker), command_(command) {}
  void open() override { worker_.obey(command_); }

 private:
  Worker& worker_;
  Command command_;
};

Worker::Worker(const Snapshot& snapshot, Counters& counters, observe::ErrorLog& errors,
               observe::LogThread* log, std::size_t log_file, unsigned number, unsigned workers)
    : snapshot_(snapshot),
      counters_(counters),
      number_(number),
      workers_(workers),
      mailbox_(loop_),
      connector_(loop_, snapshot.config().limits.buffer_per_stream),
      connections_(loop_.turns(), loop_.wheel(), connector_),
      log_(log == nullptr
               ? nullptr
               : std::make_unique<observe::AccessLog>(snapshot.config().access_log.flush, *log,
                                                      log_file, loop_.turns(), loop_.wheel())),
      failure_log_(explained(snapshot), errors, log_.get(), loop_.turns(), loop_.wheel()),
      service_(loop_.turns(), loop_.wheel(), service_options()),
      drain_deadline_(loop_.wheel(), *this) {}

Worker::~Worker() {
  net::Turns::Scope scope(loop_.turns());
  acceptors_.clear();
  service_.close_all();
  connections_.close_idle();
}

void Worker::make_pools() {
  for (const SharedPool& shared : snapshot_.pools()) {
    pools_.push_back(std::make_unique<upstream::Pool>(shared.observed, number_, shared.options,
                                                      shared.set, connections_, loop_.now()));
  }
}

server::ServiceOptions Worker::service_options() {
  make_pools();
  const config::Config& config = snapshot_.config();
  server::ServiceOptions options;
  options.limits = config.limits;
  // Each worker takes its share, rounded up.
  options.limits.connections = (config.limits.connections + workers_ - 1) / workers_;
  options.timeouts = config.timeouts;
  options.half_close = config.half_close;
  options.trusted_proxies = config.trusted_proxies;
  options.router = &snapshot_.router();
  options.stats = &counters_.worker;
  options.log = &failure_log_;
  for (std::size_t i = 0; i < config.routes.size(); ++i) {
    handlers_.push_back(snapshot_.make_handler(i, pools_, loop_.turns(), loop_.wheel()));
    std::uint64_t max_body = config.routes[i].max_body;
    options.routes.push_back({config.routes[i].match.name, snapshot_.pool_name(i),
                              handlers_.back().get(), &counters_.routes.emplace_back(),
                              max_body == 0 ? config.limits.body : max_body});
  }
  options.no_route = {"none", "", nullptr, &counters_.routes.emplace_back(), config.limits.body};
  return options;
}

base::Result<base::Done> Worker::listen(std::vector<net::Descriptor> sockets) {
  const auto& listeners = snapshot_.config().listeners;
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    std::uint64_t share = (listeners[i].connections + workers_ - 1) / workers_;
    auto acceptor = server::Acceptor::open(loop_, std::move(sockets[i]), service_,
                                           {i, &counters_.listeners.emplace_back()}, share);
    if (!acceptor) return acceptor.error();
    acceptors_.push_back(std::move(acceptor.value()));
  }
  return base::Done{};
}

void Worker::start() {
  thread_ = std::thread([this] {
    loop_.run();
    if (control_ != nullptr) control_->post(std::move(farewell_));
  });
}

void Worker::drain() { mailbox_.post(std::make_unique<Order>(*this, Command::kDrain)); }
void Worker::stop() { mailbox_.post(std::make_unique<Order>(*this, Command::kStop)); }

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::on_end(net::Mailbox& control, std::unique_ptr<net::Letter> letter) {
  control_ = &control;
  farewell_ = std::move(letter);
}

const base::Counter* Worker::dropped_log_lines() const {
  return log_ == nullptr ? nullptr : &log_->dropped();
}

void Worker::obey(Command command) {
  if (command == Command::kStop) return loop_.stop();
  if (service_.draining()) return;
  for (auto& acceptor : acceptors_) acceptor->accept_rest();
  acceptors_.clear();
  connections_.close_idle();
  drain_deadline_.set(base::after(loop_.now(), snapshot_.config().timeouts.drain));
  service_.drain(*this);
}

void Worker::on_drained() { loop_.stop(); }

void Worker::on_deadline(net::Deadline&) {
  service_.count_timeout(http::Phase::kDrain);
  service_.close_all();
  loop_.stop();
}

}  // namespace weir::app
