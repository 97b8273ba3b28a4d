#include "server/service.h"

#include <utility>

#include "server/acceptor.h"
#include "server/h1_exchange.h"
#include "server/h1_session.h"

namespace weir::server {

namespace {

constexpr std::size_t kExchangesKept = 1024;

http::HeadLimits head_limits_of(const Limits& limits) {
  return {limits.header_size, limits.headers, limits.uri};
}

}  // namespace

Service::Service(net::Turns& turns, net::Wheel& wheel, base::Ref<const ServiceOptions> options)
    : turns_(turns),
      wheel_(wheel),
      options_(std::move(options)),
      head_limits_(head_limits_of(options_->limits)),
      exchanges_(kExchangesKept) {}

Service::~Service() {
  net::Turns::Scope scope(turns_);
  // Whoever waits for the drain ends the service, and knows.
  drain_events_ = nullptr;
  close_all();
}

void Service::configure(base::Ref<const ServiceOptions> options) {
  options_ = std::move(options);
  head_limits_ = head_limits_of(options_->limits);
  pause_full();
  resume_paused();
}

void Service::drain(DrainEvents& events) {
  drain_events_ = &events;
  sessions_.each([](H1Session& session) { session.drain(); });
  if (session_count_ == 0) turns_.defer(*this);
}

// Not inside drain() or close(): the one who asked may go in the answer.
void Service::on_turn_end() {
  if (session_count_ != 0 || drain_events_ == nullptr || std::exchange(drained_, true)) return;
  drain_events_->on_drained();
}

void Service::close_all() {
  // A place that gets free may bring another one.
  while (!sessions_.empty()) sessions_.front().close(CloseReason::kDrain);
}

bool Service::full() const {
  return options_->limits.connections != 0 && session_count_ >= options_->limits.connections;
}

bool Service::trusts(const net::SocketAddress& address) const {
  for (const auto& block : options_->trusted_proxies) {
    if (block.contains(address)) return true;
  }
  return false;
}

void Service::add(std::unique_ptr<H1Session> session) {
  ++session_count_;
  H1Session* open = session.release();
  sessions_.push_back(*open);
  open->start();
  if (draining()) open->drain();
}

void Service::add(Acceptor& acceptor) { acceptors_.push_back(acceptor); }

void Service::pause_full() {
  acceptors_.each([](Acceptor& acceptor) { acceptor.on_full(); });
}

void Service::resume_paused() {
  acceptors_.each([](Acceptor& acceptor) { acceptor.on_room(); });
}

void Service::left(H1Session& session) {
  session.base::ListHook<H1Session>::unlink();
  --session_count_;
  resume_paused();
  // Another one is the first to be asked next time, so that none waits for ever behind a busy one.
  if (!acceptors_.empty()) acceptors_.push_back(acceptors_.front());
  if (session_count_ == 0 && draining()) turns_.defer(*this);
}

}  // namespace weir::server
