#include "backend/process.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>

#include <cstdio>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "backend/worker.h"
#include "net/listen_socket.h"
#include "net/signals.h"

namespace weir::backend {
namespace {

// Descriptors that are not connections: listeners, loops, standard streams.
constexpr std::uint64_t kDescriptorsKept = 100;

// Raises the bound on descriptors as far as it goes; returns how many connections that allows.
std::uint64_t raise_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024 - kDescriptorsKept;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur > 2 * kDescriptorsKept ? limit.rlim_cur - kDescriptorsKept
                                               : kDescriptorsKept;
}

using Workers = std::vector<std::unique_ptr<Worker>>;

// Has every worker listen on every address.
base::Result<base::Done> listen(const Options& options, Workers& workers) {
  for (const net::Address& address : options.listen) {
    auto bound = net::bind_all(address, options.workers);
    if (!bound) return bound.error();
    for (std::size_t i = 0; i < workers.size(); ++i) {
      auto done = workers[i]->listen(std::move(bound.value().sockets[i]));
      if (!done) return done;
    }
    fmt::print(stderr, "listening on {}\n", net::to_text(bound.value().address));
  }
  return base::Done{};
}

// Stops all workers at the first signal.
class Stopper final : net::SignalEvents {
 public:
  explicit Stopper(Workers& workers)
      : workers_(workers), signals_(workers.front()->loop(), *this, {SIGTERM, SIGINT}) {}

 private:
  void on_signal(int) override {
    for (auto& worker : workers_) worker->stop();
  }

  Workers& workers_;
  net::Signals signals_;
};

}  // namespace

int run(const Options& options) {
  signal(SIGPIPE, SIG_IGN);
  std::uint64_t connections = raise_descriptors() / options.workers;
  Instance instance;
  instance.name = options.name;
  if (options.unhealthy) instance.health.fail(Health::kUntilToldOtherwise);
  Workers workers;
  for (unsigned i = 0; i < options.workers; ++i) {
    workers.push_back(std::make_unique<Worker>(instance, connections));
  }
  // Before the addresses are told: who reads them may stop us at once.
  auto stopper = std::make_unique<Stopper>(workers);
  auto done = listen(options, workers);
  if (!done) {
    fmt::print(stderr, "weir-backend: {}\n", done.error().text);
    return 1;
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < workers.size(); ++i) {
    threads.emplace_back([&worker = *workers[i]] { worker.run(); });
  }
  workers.front()->run();
  for (auto& thread : threads) thread.join();
  return 0;
}

}  // namespace weir::backend
