#include "server/acceptor.h"

#include <utility>

namespace weir::server {

base::Result<std::unique_ptr<Acceptor>> Acceptor::open(net::Loop& loop, net::Descriptor socket,
                                                       Service& service, base::Ref<Site> site,
                                                       std::uint64_t connections, For whom) {
  std::unique_ptr<Acceptor> acceptor(new Acceptor(service, std::move(site), connections));
  auto listener = net::Listener::open(loop, std::move(socket), *acceptor,
                                      service.options().limits.buffer_per_stream, whom);
  if (!listener) return listener.error();
  acceptor->listener_ = std::move(listener.value());
  service.add(*acceptor);
  return acceptor;
}

Acceptor::~Acceptor() {
  Places* at = waits_at_;
  if (stop_waiting()) at->call_next();
}

void Acceptor::configure(std::uint64_t connections) {
  connections_ = connections;
  listener_->set_mark(service_.options().limits.buffer_per_stream);
  // There may be more places than before.
  if (waits_at_ != nullptr) listener_->resume();
}

bool Acceptor::stop_waiting() {
  if (waits_at_ == nullptr) return false;
  return !std::exchange(waits_at_, nullptr)->leave(*this);
}

bool Acceptor::reserve() {
  // It looks now, called or not.
  stop_waiting();
  called_.store(false);
  Places& all = service_.admission().places;
  Places& here = site_->observed->places();
  waits_at_ = &all;
  if (all.take_or_wait(service_.options().limits.connections, *this)) {
    waits_at_ = &here;
    if (here.take_or_wait(connections_, *this)) {
      waits_at_ = nullptr;
      reserved_ = true;
      return true;
    }
    all.give_back();
  }
  service_.count_limit(Limit::kConnections);
  return false;
}

void Acceptor::release() {
  reserved_ = false;
  service_.give_back_place(*site_);
}

void Acceptor::on_accept(net::StreamPtr stream, const net::SocketAddress& peer) {
  if (!std::exchange(reserved_, false)) {
    service_.admission().places.take(0);
    site_->observed->places().take(0);
  }
  ClientKey client = kNoClient;
  if (!service_.admit(peer, client)) {
    service_.count_limit(Limit::kPerClient);
    stream->reset();
    return service_.give_back_place(*site_);
  }
  auto session = std::make_unique<H1Session>(service_, site_, std::move(stream), peer);
  session->holds_place(client != kNoClient);
  service_.add(std::move(session));
}

void Acceptor::call() {
  called_.store(true);
  service_.call();
}

void Acceptor::answer_call() {
  if (called_.load()) listener_->resume();
}

}  // namespace weir::server
