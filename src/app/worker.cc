#include "app/worker.h"

#include <algorithm>
#include <string>
#include <utility>

#include "app/crash.h"

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

// Something new to serve, on its way to the worker's loop.
class Worker::NewServing final : public net::Letter {
 public:
  NewServing(Worker& worker, Serving serving, net::Mailbox& control,
             std::unique_ptr<net::Letter> done)
      : worker_(worker), serving_(std::move(serving)), control_(control), done_(std::move(done)) {}
  void open() override {
    auto result = worker_.serve(std::move(serving_));
    if (!result) worker_.errors_.write(observe::Level::kError, result.error().text);
    control_.post(std::move(done_));
  }

 private:
  Worker& worker_;
  Serving serving_;
  net::Mailbox& control_;
  std::unique_ptr<net::Letter> done_;
};

// Other endpoints of a pool, on their way to the worker's loop.
class Worker::NewEndpoints final : public net::Letter {
 public:
  NewEndpoints(Worker& worker, base::SharedRef<upstream::ObservedPool> pool,
               base::SharedRef<const upstream::EndpointSet> set)
      : worker_(worker), pool_(std::move(pool)), set_(std::move(set)) {}
  void open() override {
    for (const auto& pool : worker_.generation_->pools()) {
      if (&pool->observed() == pool_.get()) pool->apply(set_);
    }
  }

 private:
  Worker& worker_;
  base::SharedRef<upstream::ObservedPool> pool_;
  base::SharedRef<const upstream::EndpointSet> set_;
};

// Measures how long it was on its way.
class Worker::LagLetter final : public net::Letter {
 public:
  explicit LagLetter(Worker& worker) : worker_(worker) {}
  void open() override {
    worker_.counters_.loop_lag.observe(base::read_clock() - posted_);
    worker_.measuring_lag_.store(false, std::memory_order_relaxed);
  }

 private:
  Worker& worker_;
  const base::Stamp posted_ = base::read_clock();
};

// An endpoint that is down.
class Worker::DownLetter final : public net::Letter {
 public:
  DownLetter(Worker& worker, base::SharedRef<const upstream::Endpoint> endpoint)
      : worker_(worker), endpoint_(std::move(endpoint)) {}
  void open() override {
    for (const auto& pool : worker_.generation_->pools()) {
      if (&pool->observed() == &endpoint_->pool()) pool->on_down(*endpoint_);
    }
  }

 private:
  Worker& worker_;
  base::SharedRef<const upstream::Endpoint> endpoint_;
};

Worker::Worker(base::SharedRef<const Snapshot> snapshot, Counters& counters,
               observe::ErrorLog& errors, const Together& together, unsigned number)
    : counters_(counters),
      errors_(errors),
      number_(number),
      mailbox_(loop_),
      connector_(loop_, snapshot->config().limits.buffer_per_stream),
      connections_(loop_.turns(), loop_.wheel(), connector_),
      access_log_(counters.dropped_log_lines, loop_.turns(), loop_.wheel()),
      failure_log_(explained(*snapshot), errors, loop_.turns(), loop_.wheel()),
      coalescer_(loop_.turns(), loop_.wheel(), &mailbox_),
      generation_(base::make_ref<Generation>(std::move(snapshot), parts(), nullptr)),
      service_(loop_.turns(), loop_.wheel(), generation_, together.admission, &mailbox_),
      drain_deadline_(loop_.wheel(), *this) {
  auto met = static_cast<std::size_t>(server::Limit::kBuffers);
  loop_.buffers().share(together.buffers, counters.worker.limit_hits[met]);
  loop_.buffers().set_most(generation_->limits.buffers);
}

Worker::~Worker() {
  net::Turns::Scope scope(loop_.turns());
  acceptors_.clear();
  service_.close_all();
  coalescer_.close_all();
  connections_.close_idle();
}

WorkerParts Worker::parts() {
  return {loop_.turns(), loop_.wheel(), connections_, mailbox_, counters_.worker,
          failure_log_,  access_log_,   coalescer_,   number_};
}

base::Result<base::Done> Worker::serve(Serving serving) {
  net::Turns::Scope scope(loop_.turns());
  // A worker that drains takes nothing new.
  if (service_.draining()) return base::Done{};
  if (&generation_->snapshot() != serving.snapshot.get()) {
    generation_ = base::make_ref<Generation>(serving.snapshot, parts(), generation_.get());
    connector_.set_mark(serving.snapshot->config().limits.buffer_per_stream);
    loop_.buffers().set_most(serving.snapshot->config().limits.buffers);
    service_.configure(generation_);
  }
  if (serving.log_changed)
    access_log_.configure(serving.snapshot->config().access_log, serving.log, serving.log_file);
  failure_log_.configure(explained(*serving.snapshot));
  return open_listeners(std::move(serving.sockets));
}

// Keeps the acceptors of listeners that stay, by what is observed of them.
base::Result<base::Done> Worker::open_listeners(std::vector<net::Descriptor> sockets) {
  base::Result<base::Done> result = base::Done{};
  const Snapshot& snapshot = generation_->snapshot();
  auto before = std::move(acceptors_);
  acceptors_.clear();
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    const auto& observed = snapshot.listeners()[i];
    std::uint64_t connections = snapshot.config().listeners[i].connections;
    auto same = std::find_if(before.begin(), before.end(), [&](const auto& acceptor) {
      return acceptor != nullptr && acceptor->site().observed.get() == observed.get();
    });
    if (same != before.end()) {
      (*same)->site().listener = i;
      (*same)->configure(connections);
      acceptors_.push_back(std::move(*same));
      continue;
    }
    auto acceptor =
        server::Acceptor::open(loop_, std::move(sockets[i]), service_,
                               base::make_ref<server::Site>(observed, number_, i), connections);
    if (acceptor) {
      acceptors_.push_back(std::move(acceptor.value()));
    } else if (result) {
      result = base::Error{observed->name() + ": " + acceptor.error().text};
    }
  }
  for (auto& acceptor : before) {
    if (acceptor == nullptr) continue;
    acceptor->site().listener = server::Site::kNone;
    acceptor->accept_rest();
  }
  return result;
}

void Worker::post(Serving serving, net::Mailbox& control, std::unique_ptr<net::Letter> done) {
  mailbox_.post(std::make_unique<NewServing>(*this, std::move(serving), control, std::move(done)));
}

void Worker::post(base::SharedRef<upstream::ObservedPool> pool,
                  base::SharedRef<const upstream::EndpointSet> set) {
  mailbox_.post(std::make_unique<NewEndpoints>(*this, std::move(pool), std::move(set)));
}

void Worker::tell_down(base::SharedRef<const upstream::Endpoint> endpoint) {
  mailbox_.post(std::make_unique<DownLetter>(*this, std::move(endpoint)));
}

void Worker::measure_lag() {
  if (measuring_lag_.exchange(true, std::memory_order_relaxed)) return;
  mailbox_.post(std::make_unique<LagLetter>(*this));
}

void Worker::start() {
  thread_ = std::thread([this] {
    CrashStack crash_stack("weir worker " + std::to_string(number_));
    counters_.cpu_clock.set_to_this_thread();
    loop_.run();
    if (control_ != nullptr) control_->post(std::move(farewell_));
  });
}

void Worker::drain() { mailbox_.post(std::make_unique<Order>(*this, Command::kDrain)); }
void Worker::ease() { mailbox_.post(std::make_unique<Order>(*this, Command::kEase)); }
void Worker::stop() { mailbox_.post(std::make_unique<Order>(*this, Command::kStop)); }

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::on_end(net::Mailbox& control, std::unique_ptr<net::Letter> letter) {
  control_ = &control;
  farewell_ = std::move(letter);
}

void Worker::obey(Command command) {
  if (command == Command::kStop) return loop_.stop();
  if (command == Command::kEase) return let_go();
  if (service_.draining()) return;
  for (auto& acceptor : acceptors_) acceptor->accept_rest();
  acceptors_.clear();
  connections_.close_idle();
  drain_deadline_.set(base::after(loop_.now(), generation_->timeouts.drain));
  service_.drain(*this);
}

// What older generations keep goes with their last exchange.
void Worker::let_go() {
  loop_.ease();
  service_.ease();
  generation_->ease();
}

// What it is filling may have readers in other workers.
void Worker::on_drained() { coalescer_.drain(*this); }

void Worker::on_coalescer_empty() { loop_.stop(); }

void Worker::on_deadline(net::Deadline&) {
  service_.count_timeout(http::Phase::kDrain);
  service_.close_all();
  coalescer_.close_all();
  loop_.stop();
}

}  // namespace weir::app
