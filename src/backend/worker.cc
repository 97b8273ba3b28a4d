#include "backend/worker.h"

#include <utility>

namespace weir::backend {
namespace {

// What a test or a bench sends must not fail for a bound of its backend; and heads that passed
// weir's default bounds pass here with what weir adds to them.
server::Limits wide_limits(std::uint64_t connections) {
  server::Limits limits;
  limits.connections = connections;
  limits.header_size = 128 * 1024;
  limits.headers = 5'000;
  limits.uri = 64 * 1024;
  limits.body = std::uint64_t{1} << 40;
  limits.requests_per_connection = UINT64_MAX;
  return limits;
}

base::Ref<const server::ServiceOptions> service_options(Routes& routes, server::WorkerStats& stats,
                                                        std::uint64_t connections) {
  auto made = base::make_ref<server::ServiceOptions>();
  server::ServiceOptions& options = *made;
  options.limits = wide_limits(connections);
  // Longer than proxies keep idle connections, so that they are the ones to close them.
  options.timeouts.client_idle = base::Duration(600'000);
  options.stats = &stats;
  options.server_name = "weir-backend";
  routes.fill(options);
  return made;
}

class StopLetter final : public net::Letter {
 public:
  explicit StopLetter(net::Loop& loop) : loop_(loop) {}
  void open() override { loop_.stop(); }

 private:
  net::Loop& loop_;
};

}  // namespace

Worker::Worker(Instance& instance, std::uint64_t connections)
    : routes_({instance, loop_.turns(), loop_.wheel()}, wide_limits(connections).body),
      service_(loop_.turns(), loop_.wheel(), service_options(routes_, stats_, connections)) {}

base::Result<base::Done> Worker::listen(net::Descriptor socket) {
  auto site = base::make_ref<server::Site>(
      base::make_shared_ref<server::ObservedListener>(std::string(), 1U), 0U, acceptors_.size());
  auto acceptor = server::Acceptor::open(loop_, std::move(socket), service_, std::move(site), 0);
  if (!acceptor) return acceptor.error();
  acceptors_.push_back(std::move(acceptor.value()));
  return base::Done{};
}

void Worker::stop() { mailbox_.post(std::make_unique<StopLetter>(loop_)); }

}  // namespace weir::backend
