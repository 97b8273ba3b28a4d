#include "server/acceptor.h"

#include <utility>

namespace weir::server {

base::Result<std::unique_ptr<Acceptor>> Acceptor::open(net::Loop& loop, net::Descriptor socket,
                                                       Service& service, base::Ref<Site> site,
                                                       std::uint64_t connections) {
  std::unique_ptr<Acceptor> acceptor(new Acceptor(service, std::move(site), connections));
  auto listener = net::Listener::open(loop, std::move(socket), *acceptor,
                                      service.options().limits.buffer_per_stream);
  if (!listener) return listener.error();
  acceptor->listener_ = std::move(listener.value());
  service.add(*acceptor);
  return acceptor;
}

void Acceptor::configure(std::uint64_t connections) {
  connections_ = connections;
  listener_->set_mark(service_.options().limits.buffer_per_stream);
  on_full();
  on_room();
}

bool Acceptor::full() const {
  return service_.full() || (connections_ != 0 && site_->stats.open.get() >= connections_);
}

void Acceptor::on_accept(net::StreamPtr stream, const net::SocketAddress& peer) {
  service_.add(std::make_unique<H1Session>(service_, site_, std::move(stream), peer));
  if (!full()) return;
  service_.count_limit(Limit::kConnections);
  service_.pause_full();
}

void Acceptor::on_full() {
  if (paused_ || !full()) return;
  paused_ = true;
  listener_->pause();
}

void Acceptor::on_room() {
  if (!paused_ || full()) return;
  paused_ = false;
  listener_->resume();
}

}  // namespace weir::server
